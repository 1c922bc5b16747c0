-- A channel's own columns hold the newest figure of whatever source; of one day the creator's own. What came with a file
-- of channels has no row: it counts from the day it was verified, else recorded.
with newest as (
    select distinct on (f.channel_id, f.what) f.channel_id, f.what, f.value, f.measured_on
    from figure f
    join listed l using (channel_id)
    where not l.fresh and f.what in ('followers', 'average_views', 'average_live_viewers', 'engagement')
    order by f.channel_id, f.what, f.measured_on desc, f.source = 'creator' desc, f.recorded_at desc
), counted as (
    select n.channel_id,
        max(n.value) filter (where n.what = 'followers') followers,
        max(n.value) filter (where n.what = 'average_views') average_views,
        max(n.value) filter (where n.what = 'average_live_viewers') average_live_viewers,
        max(n.value) filter (where n.what = 'engagement') engagement_bps
    from newest n
    join channel h on h.id = n.channel_id
    cross join lateral (
        select case n.what
            when 'followers' then h.followers
            when 'average_views' then h.average_views
            when 'average_live_viewers' then h.average_live_viewers
            else h.engagement_bps end held
    ) c
    where c.held is null or c.held <> n.value and n.measured_on > coalesce(h.verified_on, case when not exists (
            select from figure s where s.channel_id = n.channel_id and s.what = n.what and s.value = c.held
        ) then (h.recorded_at at time zone 'UTC')::date end, '-infinity')
    group by 1
), moved as (
    update channel h
    set followers = coalesce(c.followers, h.followers),
        average_views = coalesce(c.average_views, h.average_views),
        average_live_viewers = coalesce(c.average_live_viewers, h.average_live_viewers),
        engagement_bps = coalesce(c.engagement_bps, h.engagement_bps)
    from counted c
    where c.channel_id = h.id
    returning h.id
)
update listed set changed = true
where channel_id in (select id from moved)
