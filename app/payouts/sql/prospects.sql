-- A creator's money by brand: what is payable on the day, what of it the next assembly takes, what is available by then,
-- and whether the brand has money for everybody it owes. As in an assembly, one creator's debt lessens nobody's due, and
-- what is held of single commissions (`held`, of what is payable now) is nobody's due while it is.
with kept as (
    select e.currency, e.brand_id, e.creator_id, e.available_on,
        sum(case when e.credit = 'creator' then e.amount else -e.amount end) as amount
    from commission_hold h
    join entry e on e.brand_id = h.brand_id and e.kind = 'commission' and e.cause = h.sale_id
        and e.creator_id = h.creator_id and e.available_on <= %(cutoff_on)s
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    where h.released_at is null and l.entry_id is null
    group by e.currency, e.brand_id, e.creator_id, e.available_on
), part as (
    select currency, brand_id, sum(amount) filter (where available_on <= least(%(on)s, %(cutoff_on)s)) as due,
        sum(amount) filter (where available_on <= %(cutoff_on)s) as by_then, -sum(amount)
            filter (where is_kept and available_on <= least(%(on)s, %(cutoff_on)s)) as held
    from (
        select currency, brand_id, available_on, amount, false as is_kept from balance
        where account = 'creator' and creator_id = %(creator)s and brand_id in (select id from brand)
        union all
        select currency, brand_id, available_on, -amount, true from kept where creator_id = %(creator)s
    ) earned
    where (%(brands)s::int[] is null or brand_id = any(%(brands)s))
    group by currency, brand_id
), owed as (
    select currency, brand_id, sum(amount) as amount
    from (
        select currency, brand_id, creator_id, sum(amount) as amount
        from (
            select currency, brand_id, creator_id, available_on, amount from balance where account = 'creator'
            union all
            select currency, brand_id, creator_id, available_on, -amount from kept
        ) earned
        where available_on <= least(%(on)s, %(cutoff_on)s)
            and (currency, brand_id) in (select currency, brand_id from part where due > 0)
        group by currency, brand_id, creator_id having sum(amount) > 0
    ) creators
    group by currency, brand_id
)
select part.currency, brand.name as brand, coalesce(part.due, 0)::bigint as due,
    coalesce(part.by_then, 0)::bigint as by_then, coalesce(part.held, 0)::bigint as held, coalesce(cash.amount, 0) >= coalesce(owed.amount, 0) as funded
from part
join brand on brand.id = part.brand_id
left join owed on (owed.currency, owed.brand_id) = (part.currency, part.brand_id)
left join brand_cash cash on (cash.currency, cash.brand_id) = (part.currency, part.brand_id)
where part.due <> 0 or part.held <> 0
order by part.currency, brand.name, brand.id
