-- What this correction books, by brand, creator (null: the platform's fee) and currency.
select b.id brand_id, b.name brand_name, c.id creator_id, c.name creator_name, e.currency, e.lines, e.amount
from (
    select w.brand_id, e.creator_id, e.currency, count(distinct e.cause) lines,
        sum(case e.debit when 'brand_funds' then e.amount else -e.amount end)::bigint amount
    from work w
    cross join lateral (    -- offset 0: one look-up a line, never a join with all entries
        select * from entry e
        where e.brand_id = w.brand_id and e.kind in ('commission', 'fee') and e.cause = w.sale_id
            and e.recorded_at = %(at)s offset 0
    ) e
    group by w.brand_id, e.creator_id, e.currency
) e
join brand b on b.id = e.brand_id
left join creator c on c.id = e.creator_id
order by b.name, b.id, c.id is null, c.name, c.id, e.currency
