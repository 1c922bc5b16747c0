-- How these creators stood in a market, with what the followers of their channels add up to; none where nobody knows.
select s.*, f.followers::bigint followers
from standing s
left join lateral (
    select sum(c.followers) followers from channel c where c.creator_id = s.creator_id
) f on true
where s.country = %(country)s and s.creator_id = any(%(creators)s)
order by s.creator_id, s.category
