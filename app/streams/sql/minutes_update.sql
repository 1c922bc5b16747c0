update stream_minute m
set viewers = j.viewers, taps = j.taps, impressions = j.impressions, orders = j.orders,
    net_sales = j.net_sales * j.minors, currency = j.currency, stock = j.stock
from judged j
where j.changed and j.stored = m.id
