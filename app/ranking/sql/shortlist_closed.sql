-- Those of these creators whom an exclusivity keeps from the work of a brief: for this brand, in these categories,
-- platforms and countries, live, on days that meet. Days are the brand's.
select c.creator_id
from unnest(%(creators)s::int[]) c (creator_id)
cross join (
    select tstzrange(%(first)s::date::timestamp at time zone timezone,
        (%(last)s::date + 1)::timestamp at time zone timezone) period
    from brand
    where id = %(brand)s::int
) b
where exists (
    select from claim k
    where k.creator_id = c.creator_id and k.kind = 'block' and k.lanes @> %(brand)s::int and k.period && b.period
        and k.categories && %(categories)s::text::int4multirange and k.platforms && %(platforms)s::text::int4multirange
        and k.territories && %(territories)s::text::int4multirange and k.formats && %(formats)s::text::int4multirange
)
