-- After desk_lines.sql: by minute and currency, and by currency alone (no minute). An order is one however many lines it
-- has, also where they lie in several minutes.
, told as (
    select date_trunc('minute', occurred_at) as minute, currency, brand_id, source, order_ref, bool_or(here) here,
        bool_or(refunded > 0) back, sum(quantity) pieces, sum(sold) sold, sum(refunded) refunded,
        sum(commission) commission, count(*) filter (where waiting) waiting
    from line group by 1, 2, 3, 4, 5
), whole as (
    select currency, bool_or(here) here, bool_or(back) back, sum(pieces) pieces, sum(sold) sold, sum(refunded) refunded,
        sum(commission) commission, sum(waiting) waiting
    from told group by currency, brand_id, source, order_ref
)
select minute, currency, count(*)::int orders, count(*) filter (where here)::int tapped_orders,
    count(*) filter (where back)::int refunded_orders, sum(pieces)::bigint pieces, sum(sold)::bigint sold,
    sum(refunded)::bigint refunded, sum(commission)::bigint commission, sum(waiting)::int waiting
from (
    select minute, currency, here, back, pieces, sold, refunded, commission, waiting from told
    union all
    select null, currency, here, back, pieces, sold, refunded, commission, waiting from whole
) orders
group by minute, currency
order by currency, minute nulls last
