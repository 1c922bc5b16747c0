insert into link_tally as t (link_id, day, kind, clicks)
select %(id)s, (%(at)s::timestamptz at time zone 'UTC')::date, %(kind)s, 1
from (select set_config('synchronous_commit', 'off', true)) at_once
on conflict (link_id, day, kind) do update set clicks = t.clicks + 1
