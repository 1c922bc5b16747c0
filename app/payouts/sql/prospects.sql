-- A creator's money by brand: what is payable on the day, what of it the next assembly takes, what is available by then,
-- and whether the brand has money for everybody it owes. As in an assembly, one creator's debt lessens nobody else's due,
-- and their own by the contract's share at most (`carried` is the rest of the debt); what is held of single commissions
-- (`held`, of what is payable now) is nobody's due while it is.
with part as (
    select currency, brand_id, sum(amount) filter (where available_on <= least(%(on)s, %(cutoff_on)s)) as due,
        sum(amount) filter (where available_on <= %(cutoff_on)s) as by_then, -sum(amount)
            filter (where is_kept and available_on <= least(%(on)s, %(cutoff_on)s)) as held
    from (
        select currency, brand_id, available_on, amount, false as is_kept from balance
        where account = 'creator' and creator_id = %(creator)s and brand_id in (select id from brand)
        union all
        select currency, brand_id, available_on, -amount, true from held_money where creator_id = %(creator)s
    ) earned
    where (%(brands)s::int[] is null or brand_id = any(%(brands)s))
    group by currency, brand_id
), line as (     -- as in an assembly: what was earned and what is owed, line by line
    select e.currency, e.brand_id,
        coalesce(sum(s.amount) filter (where e.available_on <= least(%(on)s, %(cutoff_on)s)), 0) as due,
        sum(s.amount) as by_then
    from (select distinct brand_id from part) b
    join entry e on e.brand_id = b.brand_id and e.creator_id = %(creator)s and e.available_on <= %(cutoff_on)s
        and e.kind in ('commission', 'bonus', 'vat')
    cross join lateral (select case when e.credit = 'creator' then e.amount else -e.amount end as amount) s
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    where l.entry_id is null and not exists (
        select from commission_hold h
        where h.brand_id = e.brand_id and h.sale_id = e.cause and h.creator_id = e.creator_id
            and h.released_at is null and e.kind = 'commission')
    group by e.currency, e.brand_id, e.kind, case when e.kind = 'vat' then 0 else e.cause end
), earned as (
    select currency, brand_id, offset_share(brand_id, %(creator)s, %(cutoff_on)s) as share_bps,
        sum(due) filter (where due > 0)::bigint as due, sum(by_then) filter (where by_then > 0)::bigint as by_then
    from line group by currency, brand_id
), owed as (
    select currency, brand_id, sum(amount) as amount
    from (
        select currency, brand_id, creator_id, sum(amount) as amount
        from (
            select currency, brand_id, creator_id, available_on, amount from balance where account = 'creator'
            union all
            select currency, brand_id, creator_id, available_on, -amount from held_money
        ) earned
        where available_on <= least(%(on)s, %(cutoff_on)s)
            and (currency, brand_id) in (select currency, brand_id from part where due > 0)
        group by currency, brand_id, creator_id having sum(amount) > 0
    ) creators
    group by currency, brand_id
)
select part.currency, brand.name as brand, after.due, after.by_then, coalesce(part.held, 0)::bigint as held,
    greatest(after.due - coalesce(part.due, 0), 0)::bigint as carried,
    coalesce(cash.amount, 0) >= greatest(coalesce(owed.amount, 0), after.due) as funded
from part
join brand on brand.id = part.brand_id
left join earned on (earned.currency, earned.brand_id) = (part.currency, part.brand_id)
cross join lateral (    -- a debt takes at most the contract's share of what was earned
    select case when kept.due > greatest(part.due, 0) then kept.due else coalesce(part.due, 0) end::bigint as due,
        case when kept.by_then > greatest(part.by_then, 0) then kept.by_then
            else coalesce(part.by_then, 0) end::bigint as by_then
    from (
        select earned.due - earned.due * earned.share_bps / 10000 as due,
            earned.by_then - earned.by_then * earned.share_bps / 10000 as by_then
    ) kept
) after
left join owed on (owed.currency, owed.brand_id) = (part.currency, part.brand_id)
left join brand_cash cash on (cash.currency, cash.brand_id) = (part.currency, part.brand_id)
where after.due <> 0 or part.held <> 0
order by part.currency, brand.name, brand.id
