-- The accounts of a brand's list, and the creators here whose they are.
select a.line, a.platform, a.name, a.title, a.country, a.languages, a.categories, a.figures, found.creator_id,
    found.public_id as creator, found.name as creator_name
from listed_account a
left join lateral (
    select h.creator_id, c.public_id, c.name
    from channel h
    join creator c on c.id = h.creator_id
    where h.platform = a.platform and lower(h.name) = lower(a.name)
    order by h.name = a.name desc, h.id
    limit 1
) found on true
where a.list_id = %(list)s
order by (a.figures ->> 'followers')::bigint desc nulls last, a.line
offset %(skip)s
limit %(number)s
