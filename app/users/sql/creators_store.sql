insert into creator (handle, name, country, languages, timezone, recorded_at, import_id)
select handle, name, country, string_to_array(languages, '|'), timezone, %(at)s, %(import_id)s
from judged
where fresh
order by at_line
