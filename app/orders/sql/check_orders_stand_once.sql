select coalesce(p.brand_id, e.brand_id) brand_id, coalesce(p.id, e.cause) purchase, p.status, p.quantity * p.unit_price total,
    e.entries, e.booked
from (select * from purchase where status in ('paid', 'shipped', 'refunded', 'short')) p
full join (
    select brand_id, cause, currency, count(*) entries, sum(amount)::bigint booked
    from entry where kind = 'order_paid' group by brand_id, cause, currency
) e on e.brand_id = p.brand_id and e.cause = p.id
where (p.quantity * p.unit_price, 1::bigint, p.currency) is distinct from (e.booked, e.entries, e.currency)
union all
select coalesce(r.brand_id, e.brand_id), coalesce(r.id, e.cause), r.status, r.amount, e.entries, e.booked
from order_refund r
full join (
    select brand_id, cause, count(*) entries,
        sum(case when debit = 'brand_funds' then amount else -amount end)::bigint booked
    from entry where kind = 'order_refunded' group by brand_id, cause
) e on e.brand_id = r.brand_id and e.cause = r.id
where coalesce(e.booked, 0) is distinct from case when r.status <> 'done' then 0
    when r.reason = 'dispute_won' then -r.amount else r.amount end
