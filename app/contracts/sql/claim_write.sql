insert into claim (creator_id, contract_id, kind, lanes, categories, platforms, territories, formats, period)
select %(creator)s, %(contract)s, c.*
from unnest(%(kinds)s::text[], %(lanes)s::text[]::int4multirange[], %(categories)s::text[]::int4multirange[],
    %(platforms)s::text[]::int4multirange[], %(territories)s::text[]::int4multirange[],
    %(formats)s::text[]::int4multirange[], %(periods)s::text[]::tstzrange[]) c
