insert into link_tally as t (link_id, day, kind, clicks)
values (%(id)s, (%(at)s::timestamptz at time zone 'UTC')::date, %(kind)s, 1)
on conflict (link_id, day, kind) do update set clicks = t.clicks + 1
