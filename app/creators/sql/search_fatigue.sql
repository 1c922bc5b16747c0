-- How tired audiences are, as of now; whoever is not among these is not measured.
update search_document d
set fatigue = f.value
from (
    select s.creator_id, g.value
    from search_document s
    left join unnest(%(creators)s::int[], %(values)s::int[]) g (creator_id, value) on g.creator_id = s.creator_id
) f
where d.creator_id = f.creator_id and d.fatigue is distinct from f.value
