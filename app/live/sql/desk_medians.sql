-- The middle of what other shows came to: one row a number, and a currency for what is money. A show of several brands
-- is one (`whole`), or one for each of its brands. `n` shows of so many creators and brands had that number.
with chosen as materialized (
    select * from stream_result
    where started_at >= %(since)s and started_at < %(until)s and stream_id <> all (%(streams)s)
        and (%(creator)s::int is null or creator_id = %(creator)s)
        and (%(brand)s::int is null or brand_id = %(brand)s)
        and (%(category)s::int is null or category = %(category)s)
), broadcast as (
    select creator_id, min(brand_id) brand_id, max(views) views, max(peak) peak, max(watched) watched,
        sum(impressions) impressions, sum(taps) taps, sum(orders) orders, sum(tapped_orders) tapped_orders
    from chosen
    group by creator_id, started_at, case when not %(whole)s then stream_id end
), earning as (
    select creator_id, min(brand_id) brand_id, currency, max(views) views, max(seconds) seconds, sum(sold) sold,
        sum(sold - refunded) net
    from chosen
    group by creator_id, started_at, currency, case when not %(whole)s then stream_id end
)
select v.name, null::text currency, count(v.value)::int n,
    count(distinct creator_id) filter (where v.value is not null)::int creators,
    count(distinct brand_id) filter (where v.value is not null)::int brands,
    percentile_cont(0.5) within group (order by v.value) median
from broadcast
cross join lateral (values ('peak', peak::float8), ('views', views), ('watch', watched::float8 / nullif(views, 0)),
    ('taps', taps), ('ctr', 10000.0 * taps / nullif(impressions, 0)), ('orders', orders),
    ('ctor', 10000.0 * tapped_orders / nullif(taps, 0))) v (name, value)
group by v.name
union all
select v.name, currency::text, count(v.value)::int, count(distinct creator_id) filter (where v.value is not null)::int,
    count(distinct brand_id) filter (where v.value is not null)::int,
    percentile_cont(0.5) within group (order by v.value)
from earning
cross join lateral (values ('net', net::float8), ('gpm', 1000.0 * net / nullif(views, 0)),
    ('hourly', 3600.0 * net / seconds), ('refunds', 10000.0 * (sold - net) / nullif(sold, 0))) v (name, value)
group by v.name, currency
