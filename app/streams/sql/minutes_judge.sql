select s.*, t.id as stream_id, m.minors,
    case
        when t.id is null then array['stream', 'there is no such stream, or it is not yours: import streams first']
        when date_trunc('minute', s.minute at time zone 'UTC') <> s.minute at time zone 'UTC' then
            array['minute', 'must be the beginning of a minute, like 19:05:00']
        when s.minute < date_trunc('minute', t.starts_at at time zone 'UTC') at time zone 'UTC'
            or s.minute >= coalesce(t.ends_at, 'infinity') then array['minute', 'lies outside the stream']
        when (s.net_sales is null) <> (s.currency is null) then
            array['currency', 'net_sales and currency stand together, or neither does']
        when scale(trim_scale(s.net_sales)) > m.digits then array['net_sales', 'more decimals than the currency has']
        when s.net_sales * m.minors > 10000000000000 then array['net_sales', 'more than 10^13 minor units']
    end as fault
from staged s
left join stream t on t.ref = s.stream and (%(brands)s::int[] is null or t.brand_id = any(%(brands)s))
left join unnest(%(currencies)s::text[], %(digits)s::int[], %(minors)s::int[]) m (currency, digits, minors)
    on m.currency = s.currency
