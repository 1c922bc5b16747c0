-- After desk_lines.sql: the audience of those streams that were shows on our own page, and had one.
, measured as (
    select sb.stream_id, a.views, coalesce(m.peak, 0) peak, a.watched, i.impressions, i.taps
    from show_brand sb
    join show s on s.id = sb.show_id and s.status = 'ended'
    cross join lateral (
        select count(*)::int views, sum(p.seconds)::bigint watched
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
)
