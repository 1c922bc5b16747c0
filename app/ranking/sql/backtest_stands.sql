-- How these creators stood in a market.
select s.*
from standing s
where s.country = %(country)s and s.creator_id = any(%(creators)s)
order by s.creator_id, s.category
