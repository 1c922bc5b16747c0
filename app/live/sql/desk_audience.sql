-- Who watched a show on our own page while it was on air: how many, how long, and how many watch now.
select count(*)::int views, coalesce(sum(seconds), 0)::bigint watched,
    count(*) filter (where last_seen > %(at)s::timestamptz - %(gap)s::interval and last_seen <= %(at)s)::int now
from show_presence where show_id = %(show)s and not replay
