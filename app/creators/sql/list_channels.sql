-- Their channels.
insert into channel (creator_id, platform, name, categories, audience_countries, recorded_at, import_id)
select c.id, %(platform)s, l.name, '{}', '{}', %(at)s, %(import_id)s
from listed l
join creator c on c.handle = %(platform)s || ':' || l.name
where l.channel_id is null
order by l.line
on conflict do nothing
