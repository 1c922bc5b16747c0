-- Every category with the one of the first level it lies in.
insert into branch (category, top)
select n.id, coalesce(t.id, n.id)
from node n
left join node t on t.tree = n.tree and t.lo <= n.lo and n.hi <= t.hi
    and t.parent_id = (select id from node r where r.tree = 'category' and r.parent_id is null)
where n.tree = 'category'
