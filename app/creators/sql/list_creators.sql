-- A creator for every account whose channel nobody has.
insert into creator (handle, name, country, languages, timezone, recorded_at, import_id)
select %(platform)s || ':' || name, coalesce(nullif(title, ''), name), coalesce(nullif(country, ''), 'ZZ'), languages,
    'UTC', %(at)s, %(import_id)s
from listed
where channel_id is null
order by line
on conflict (handle) do nothing
