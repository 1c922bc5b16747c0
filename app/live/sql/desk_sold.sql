-- By minute and currency, and by currency alone (no minute). An order is one however many lines it has.
select date_trunc('minute', occurred_at) as minute, currency,
    count(distinct (brand_id, source, order_ref))::int orders,
    count(distinct (brand_id, source, order_ref)) filter (where here)::int tapped_orders,
    count(distinct (brand_id, source, order_ref)) filter (where refunded > 0)::int refunded_orders,
    sum(quantity)::bigint pieces, sum(sold)::bigint sold, sum(refunded)::bigint refunded,
    sum(commission)::bigint commission, count(*) filter (where waiting)::int waiting
from line
group by grouping sets ((date_trunc('minute', occurred_at), currency), (currency))
order by currency, minute nulls last
