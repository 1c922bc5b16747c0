-- How many accounts a brand's list has, and how many of them are creators here.
select count(*), count(*) filter (where exists (
    select from channel h where h.platform = a.platform and lower(h.name) = lower(a.name)))
from listed_account a
where a.list_id = %(list)s
