select m.brand_id, m.id, a.target, coalesce(e.booked, 0) booked
from bonus_month m
join lateral (select a.target from award a where a.bonus_month_id = m.id order by a.id desc limit 1) a on true
left join (
    select e.brand_id, e.cause, sum(case when e.debit = 'brand_funds' then e.amount else -e.amount end)::bigint booked,
        min(e.available_on) first_on, max(e.available_on) last_on
    from entry e
    where e.kind = 'bonus'
    group by e.brand_id, e.cause
) e on e.brand_id = m.brand_id and e.cause = m.id
where a.target <> coalesce(e.booked, 0) or e.first_on <> m.available_on or e.last_on <> m.available_on
