-- Touches that a shop has recorded, each once by its reference. A link that was off then has none.
insert into touch (brand_id, ref, visitor, creator_id, stream_id, occurred_at, recorded_at, import_id, link_id, evidence)
select l.brand_id, v.ref, v.visitor, l.creator_id, l.stream_id, v.visited_at, %(at)s, l.import_id, l.id, v.evidence
from unnest(%(refs)s::text[], %(codes)s::text[], %(visitors)s::bytea[], %(instants)s::timestamptz[], %(evidence)s::text[])
    v (ref, code, visitor, visited_at, evidence)
join link l on l.brand_id = %(brand)s and l.code = v.code
    and (l.status = 'working' or v.visited_at < l.status_at)
on conflict (brand_id, ref) do nothing
