-- What a show of these brands is about: the first of their categories, of the first level; no row where none is known.
select top.id
from brand_node bn
join node n on n.id = bn.node_id
join node top on top.tree = n.tree and n.lo >= top.lo and n.hi <= top.hi
join node root on root.id = top.parent_id and root.parent_id is null
where bn.brand_id = any (%(brands)s) and n.tree = 'category'
order by n.lo limit 1
