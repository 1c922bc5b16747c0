-- What this correction books, by brand, creator (null: the platform's fee) and currency.
select b.id brand_id, b.name brand_name, c.id creator_id, c.name creator_name, e.currency, e.lines, e.amount
from (
    select q.brand_id, e.creator_id, e.currency, count(distinct e.cause) lines,
        sum(case when e.debit = 'brand_funds' then e.amount else -e.amount end)::bigint amount
    from due q
    cross join lateral (
        select * from entry e
        where e.brand_id = q.brand_id and e.kind in ('commission', 'fee') and e.cause = q.sale_id
            and e.recorded_at = %(at)s
        limit 2147483647
    ) e
    where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(lines)s::bigint[])
    group by q.brand_id, e.creator_id, e.currency
) e
join brand b on b.id = e.brand_id
left join creator c on c.id = e.creator_id
order by b.name, b.id, c.id is null, c.name, c.id, e.currency
