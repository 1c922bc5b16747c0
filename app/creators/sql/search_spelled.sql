update sought s set spelled = found.spelled
from unnest(%(creators)s::int[], %(spelled)s::text[]) found (creator_id, spelled)
where s.creator_id = found.creator_id
