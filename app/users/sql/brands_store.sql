insert into brand (handle, name, country, currency, timezone, recorded_at, import_id)
select handle, name, country, currency, timezone, %(at)s, %(import_id)s
from judged
where fresh
order by at_line
