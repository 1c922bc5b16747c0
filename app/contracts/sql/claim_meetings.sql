-- Stored claims of a creator that the candidates meet, by the very operators of ex_claim_exclusive, which finds them.
select c.nr, k.contract_id, k.kind, lower(c.period) as begins_at, lower(k.period) as lower_at, upper(k.period) as upper_at,
    c.categories * k.categories as categories
from unnest(%(kinds)s::text[], %(lanes)s::text[]::int4multirange[], %(categories)s::text[]::int4multirange[],
    %(platforms)s::text[]::int4multirange[], %(territories)s::text[]::int4multirange[],
    %(formats)s::text[]::int4multirange[], %(periods)s::text[]::tstzrange[]) with ordinality
    c (kind, lanes, categories, platforms, territories, formats, period, nr)
join claim k on k.creator_id = %(creator)s::int and k.kind <> c.kind and k.lanes && c.lanes and k.categories && c.categories
    and k.platforms && c.platforms and k.territories && c.territories and k.formats && c.formats and k.period && c.period
where k.contract_id is distinct from %(except)s
order by k.contract_id, k.id, c.nr
