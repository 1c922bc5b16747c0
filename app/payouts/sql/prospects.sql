-- A creator's money by brand: what is payable on the day, what of it the next assembly takes, what is available by then,
-- and whether the brand has money for everybody it owes. As in an assembly, one creator's debt lessens nobody's due.
with part as (
    select currency, brand_id, sum(amount) filter (where available_on <= least(%(on)s, %(cutoff_on)s)) as due,
        sum(amount) filter (where available_on <= %(cutoff_on)s) as by_then
    from balance
    where account = 'creator' and creator_id = %(creator)s and brand_id in (select id from brand)
        and (%(brands)s::int[] is null or brand_id = any(%(brands)s))
    group by currency, brand_id
), owed as (
    select currency, brand_id, sum(amount) as amount
    from (
        select currency, brand_id, creator_id, sum(amount) as amount
        from balance
        where account = 'creator' and available_on <= least(%(on)s, %(cutoff_on)s)
            and (currency, brand_id) in (select currency, brand_id from part where due > 0)
        group by currency, brand_id, creator_id having sum(amount) > 0
    ) creators
    group by currency, brand_id
)
select part.currency, brand.name as brand, coalesce(part.due, 0)::bigint as due,
    coalesce(part.by_then, 0)::bigint as by_then, coalesce(cash.amount, 0) >= coalesce(owed.amount, 0) as funded
from part
join brand on brand.id = part.brand_id
left join owed on (owed.currency, owed.brand_id) = (part.currency, part.brand_id)
left join brand_cash cash on (cash.currency, cash.brand_id) = (part.currency, part.brand_id)
where part.due <> 0
order by part.currency, brand.name, brand.id
