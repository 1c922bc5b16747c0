-- Their channels, with what the list says of them.
insert into channel (creator_id, platform, name, categories, audience_countries, followers, average_views,
    average_live_viewers, engagement_bps, recorded_at, import_id)
select c.id, %(platform)s, l.name, l.categories, '{}', (l.figures ->> 'followers')::bigint,
    (l.figures ->> 'average_views')::bigint, (l.figures ->> 'average_live_viewers')::bigint,
    (l.figures ->> 'engagement')::int, %(at)s, %(import_id)s
from listed l
join creator c on c.handle = %(platform)s || ':' || l.name
where l.channel_id is null
order by l.line
on conflict do nothing
