select m.id, m.import_id, t.brand_id, m.stream_id, t.ref as stream, m.minute, m.viewers, m.taps, m.impressions, m.orders,
    m.net_sales * (%(units)s::jsonb -> m.currency::text)::numeric as net_sales, m.currency::text, m.stock
from stream_minute m
join stream t on t.id = m.stream_id
