-- How these creators stood in a market.
select *
from standing
where country = %(country)s and creator_id = any(%(creators)s)
order by creator_id, category
