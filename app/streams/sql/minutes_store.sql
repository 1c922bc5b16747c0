insert into stream_minute (stream_id, minute, viewers, taps, impressions, orders, net_sales, currency, stock, recorded_at,
    import_id)
select stream_id, minute, viewers, taps, impressions, orders, net_sales * minors, currency, stock, %(at)s, %(import_id)s
from judged
where fresh
order by at_line
