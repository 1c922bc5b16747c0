-- A brand's sales by local day and currency: lines, base, and what was booked for them.
with sold as materialized (
    select id, (occurred_at at time zone %(zone)s)::date as day, currency, base_minor from sale
    where brand_id = %(brand)s and occurred_at >= %(since)s
)
select day, currency, sum(lines)::bigint lines, sum(base)::bigint base, sum(commission)::bigint commission,
    sum(fee)::bigint fee
from (
    select day, currency, count(*) lines, sum(base_minor) base, 0 commission, 0 fee from sold group by day, currency
    union all
    select s.day, s.currency, 0, 0, coalesce(sum(signed.amount) filter (where e.kind = 'commission'), 0),
        coalesce(sum(signed.amount) filter (where e.kind = 'fee'), 0)
    from sold s
    join entry e on e.brand_id = %(brand)s and e.kind in ('commission', 'fee') and e.cause = s.id
    cross join lateral (select case when e.debit = 'brand_funds' then e.amount else -e.amount end amount) signed
    group by s.day, s.currency
) figures
group by day, currency
order by day, currency
