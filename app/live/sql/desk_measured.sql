-- After desk_lines.sql: the audience of those streams that had one. Of shows on our own page it is what we counted, of
-- streams elsewhere what their platform tells; `told_orders` are its own.
, measured as (
    select sb.stream_id, a.views, coalesce(m.peak, 0) peak, a.watched, i.impressions, i.taps, null::bigint told_orders
    from show_brand sb
    join show s on s.id = sb.show_id and s.status = 'ended'
    cross join lateral (
        select count(*) views, sum(p.seconds)::bigint watched
        from show_presence p where p.show_id = s.id and not p.replay
    ) a
    cross join lateral (
        select max(m.viewers) peak from show_minute m where m.show_id = s.id and not m.replay
    ) m
    cross join lateral (
        select coalesce(sum(c.impressions), 0)::bigint impressions, coalesce(sum(c.taps), 0)::bigint taps
        from item_minute c join show_item i on i.id = c.item_id
        where c.show_id = s.id and not c.replay and i.brand_id = sb.brand_id
    ) i
    where sb.stream_id = any (%(streams)s) and a.views > 0
    union all
    select s.id, e.views, greatest(e.peak_viewers, m.peak), e.views * e.watch_seconds, m.impressions, m.taps, m.orders
    from stream s
    left join stream_engagement e on e.stream_id = s.id
    left join lateral (
        select count(*) minutes, max(m.viewers) peak, coalesce(sum(m.impressions), 0)::bigint impressions,
            coalesce(sum(m.taps), 0)::bigint taps, sum(m.orders)::bigint orders
        from stream_minute m where m.stream_id = s.id
    ) m on true
    where s.id = any (%(streams)s) and (e.views > 0 or m.peak > 0)
        and not exists (select from show_brand sb where sb.stream_id = s.id)
)
