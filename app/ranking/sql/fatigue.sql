-- How tired an audience is (rules.md B25): of a creator, of a creator with one brand, of a creator in one market. The
-- last `half` streams are held against as many before them, eight at most.
--   (a) decline: how net sales per hour fell over the later half, relative to the mean of the earlier one (views are not
--       in the books). Streams for other money count relative to the creator's own mean in that money.
--   (b) sponsored: how many of all the creator's streams of the last 28 days were under a contract (with this brand).
--   (d) repeat buyers: how much more of the later half's orders came from people who had bought from this creator
--       before, while orders fell.
--   (e) watch time: how much shorter one viewer stayed over the later half, as in (a), where platforms say it of two streams
--       in each half at least; not in a market, for they do not say it of one.
-- Below six streams nothing is said; in a market these have to be streams that sold something there. The value is that
-- of what was measured, and there is none where none of (a), (d) and (e) was: contracts alone tire nobody.
insert into fatigue (creator_id, brand_id, country, streams, decline, sponsored, repeat_buyers, watch_time, value, working)
with live as materialized (        -- streams that were exposure for their brand: others could not sell for it
    select * from shown where counts
), taken as materialized (        -- per stream and market, in the brand's own money
    select x.creator_id, x.stream_id, x.country, sum(x.net)::bigint net
    from sold x
    join live s on s.stream_id = x.stream_id and s.creator_id = x.creator_id and s.currency = x.currency
    group by 1, 2, 3
), scope as materialized (
    select creator_id, 0 brand_id, '' country, count(*)::int streams, least(%(most)s::int, count(*)::int / 2) half
    from live
    group by 1
    union all
    select creator_id, brand_id, '', count(*)::int, least(%(most)s::int, count(*)::int / 2)
    from live
    group by 1, 2
    union all
    select t.creator_id, 0, t.country, count(*)::int, (
        select least(%(most)s::int, count(*)::int / 2) from live s where s.creator_id = t.creator_id)
    from taken t
    group by 1, 3
), numbered as (        -- from the newest
    select *, row_number() over (partition by creator_id order by starts_at desc, stream_id desc) of_all,
        row_number() over (partition by creator_id, brand_id order by starts_at desc, stream_id desc) of_brand
    from live
), looked as materialized (
    select c.creator_id, c.brand_id, c.country, c.half, n.stream_id, n.currency,
        case when c.brand_id = 0 then n.of_all else n.of_brand end nr,
        extract(epoch from n.ends_at - n.starts_at)::float8 / 3600 hours
    from scope c
    join numbered n on n.creator_id = c.creator_id and c.brand_id in (0, n.brand_id)
    where c.streams >= %(fewest)s and case when c.brand_id = 0 then n.of_all else n.of_brand end <= 2 * c.half
), hourly as (
    select l.creator_id, l.brand_id, l.country, l.half, l.nr, coalesce(
        t.net / l.hours / nullif(avg(coalesce(t.net, 0) / l.hours) over (
            partition by l.creator_id, l.brand_id, l.country, l.currency), 0), 0) relative
    from looked l
    left join (
        select creator_id, stream_id, ''::text country, sum(net)::bigint net from taken group by 1, 2
        union all
        select creator_id, stream_id, country::text, net from taken
    ) t on t.creator_id = l.creator_id and t.stream_id = l.stream_id and t.country = l.country
), slope as (
    select creator_id, brand_id, country,
        regr_slope(relative, -nr) filter (where nr <= half) * (min(half) - 1)
            / nullif(avg(relative) filter (where nr > half), 0) change
    from hourly
    group by 1, 2, 3
), watched as (
    select l.creator_id, l.brand_id, l.country,
        regr_slope(e.watch_seconds, -l.nr) filter (where l.nr <= l.half) * (min(l.half) - 1)
            / nullif(avg(e.watch_seconds) filter (where l.nr > l.half), 0)::float8 change
    from looked l
    join stream_engagement e on e.stream_id = l.stream_id and e.watch_seconds is not null
    where l.country = ''
    group by 1, 2, 3
    having count(*) filter (where l.nr <= l.half) > 1 and count(*) filter (where l.nr > l.half) > 1
), recent as (      -- of all brands where brand_id is 0
    select creator_id, coalesce(brand_id, 0) brand_id, count(*) streams, count(*) filter (where sponsored) sponsored
    from shown
    where starts_at >= %(recently)s
    group by grouping sets ((creator_id), (creator_id, brand_id))
), ordered as materialized (
    select x.creator_id, x.brand_id, x.stream_id, x.country, x.visitor, min(x.occurred_at) at
    from sold x
    join live s on s.stream_id = x.stream_id and s.creator_id = x.creator_id and s.currency = x.currency
    group by 1, 2, 3, 4, 5, x.source, x.order_ref
), met as materialized (
    select creator_id, brand_id, visitor, min(occurred_at) at from sold where visitor is not null group by 1, 2, 3
), bought as (      -- orders of both halves, how many of known buyers, and how many of those had bought before
    select l.creator_id, l.brand_id, l.country,
        count(*) filter (where l.nr > l.half) before, count(*) filter (where l.nr <= l.half) later,
        count(o.visitor) filter (where l.nr > l.half) known_before,
        count(o.visitor) filter (where l.nr <= l.half) known_later,
        count(*) filter (where l.nr > l.half and o.at > m.at) again_before,
        count(*) filter (where l.nr <= l.half and o.at > m.at) again_later,
        array_agg(distinct o.brand_id) filter (where l.nr > l.half) brands_before,
        array_agg(distinct o.brand_id) filter (where l.nr <= l.half) brands_later
    from looked l
    join ordered o on o.creator_id = l.creator_id and o.stream_id = l.stream_id and l.country in ('', o.country)
    left join met m on m.creator_id = o.creator_id and m.brand_id = o.brand_id and m.visitor = o.visitor
    group by 1, 2, 3
), cause as (
    select c.creator_id, c.brand_id, c.country, c.streams, c.half, s.change, b.*, r.streams recent,
        coalesce(p.sponsored, 0) sponsored_streams,
        case when c.streams >= %(fewest)s and s.change is not null then
            round(100 * least(1, greatest(0, -s.change / %(steep)s::float8))::numeric)::int end decline,
        case when c.streams >= %(fewest)s and r.streams > 0 then
            round(100 * greatest(0, 2.0 * coalesce(p.sponsored, 0) / r.streams - 1))::int end sponsored,
        case when c.streams >= %(fewest)s and b.known_before > 0 and b.known_later > 0 then
            case when b.later < b.before then round(100 * least(1, greatest(0, 4 * (
                b.again_later::numeric / b.known_later - b.again_before::numeric / b.known_before))))::int
            else 0 end end repeat_buyers,
        w.change watch_change,
        case when w.change is not null then
            round(100 * least(1, greatest(0, -w.change / %(steep)s::float8))::numeric)::int end watch_time
    from scope c
    left join slope s on (s.creator_id, s.brand_id, s.country) = (c.creator_id, c.brand_id, c.country)
    left join watched w on (w.creator_id, w.brand_id, w.country) = (c.creator_id, c.brand_id, c.country)
    left join recent r on r.creator_id = c.creator_id and r.brand_id = 0
    left join recent p on p.creator_id = c.creator_id and p.brand_id = c.brand_id
    left join lateral (
        select b.before, b.later, b.known_before, b.known_later, b.again_before, b.again_later,
            b.brands_before, b.brands_later
        from bought b
        where (b.creator_id, b.brand_id, b.country) = (c.creator_id, c.brand_id, c.country)
    ) b on true
)
select creator_id, brand_id, country, streams, decline, sponsored, repeat_buyers, watch_time,
    case when num_nonnulls(decline, repeat_buyers, watch_time) > 0 then
        round((50 * coalesce(decline, 0) + 20 * coalesce(sponsored, 0) + 30 * coalesce(repeat_buyers, 0)
                + 20 * coalesce(watch_time, 0))::numeric
            / (50 * num_nonnulls(decline) + 20 * num_nonnulls(sponsored) + 30 * num_nonnulls(repeat_buyers)
                + 20 * num_nonnulls(watch_time)))::int end,
    case when streams < %(fewest)s then '{}' else jsonb_build_object(
        'half', half, 'change_bps', round(change::numeric * 10000), 'watch_bps', round(watch_change::numeric * 10000), 'recent', coalesce(recent, 0),
        'sponsored', sponsored_streams, 'orders_before', coalesce(before, 0), 'orders_later', coalesce(later, 0),
        'again_before_bps', round(10000.0 * again_before / nullif(known_before, 0)),
        'again_later_bps', round(10000.0 * again_later / nullif(known_later, 0)),
        'brands_before', coalesce(brands_before, '{}'), 'brands_later', coalesce(brands_later, '{}')) end
from cause
