-- Words of files for categories: where two nodes share a name the first in the tree is meant.
insert into called (word, category)
select distinct on (w.word) w.word, n.id
from node n
cross join lateral unnest(array[lower(n.code), lower(n.name_en), lower(n.name_nl)]) w (word)
where n.tree = 'category'
order by w.word, n.lo
