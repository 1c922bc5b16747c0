-- The minutes of a stream elsewhere, as its platform tells them; its own count of orders and net sales stands beside ours.
select minute, viewers, coalesce(impressions, 0)::bigint impressions, coalesce(taps, 0)::bigint taps, orders told_orders,
    net_sales told_net, currency::text told_currency
from stream_minute
where stream_id = any (%(streams)s) and minute < %(until)s
order by minute
