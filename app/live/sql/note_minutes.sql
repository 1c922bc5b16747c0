-- The viewers of these shows now, kept as the most of their minute.
insert into show_minute as m (show_id, minute, replay, viewers)
select show_id, date_trunc('minute', %(at)s::timestamptz), replay, count(*)
from show_presence
where show_id = any (%(shows)s) and last_seen > %(at)s::timestamptz - %(gap)s::interval
group by show_id, replay order by show_id, replay
on conflict (show_id, replay, minute) do update set viewers = greatest(m.viewers, excluded.viewers)
