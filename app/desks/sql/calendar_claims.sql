-- The claims of one creator that touch the months shown, with the names of those they concern. `only` are the brands
-- that a block names one by one; without them it closes to everybody else.
select k.kind, b.name as brand, h.public_id as contract, h.ref, h.timezone, k.period, k.categories, k.platforms,
    k.territories, k.formats,
    case when not k.lanes @> 2147483646 then (
        select coalesce(array_agg(o.name order by o.name), '{}') from brand o where k.lanes @> o.id
    ) end as only
from claim k
join contract h on h.id = k.contract_id
join brand b on b.id = h.brand_id
where k.creator_id = %(creator)s::int and k.period && %(during)s::text::tstzrange
    and (%(categories)s::text is null or k.categories && %(categories)s::text::int4multirange)
order by b.name, h.id, k.kind desc, k.period
