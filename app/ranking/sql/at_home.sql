-- A creator's categories: those they name, those their channels name as far as we know them, those they sold in; the
-- root where there are none. What they are about and nobody sells (an interest: music, film) says nothing here.
insert into at_home (creator_id, category, top)
with home as materialized (
    select p.creator_id, p.node_id category
    from profile_category p
    join node n on n.id = p.node_id and not n.interest
    union
    select c.creator_id, w.category
    from channel c
    cross join lateral unnest(c.categories) named (word)
    join called w on w.word = lower(btrim(named.word))
    join node n on n.id = w.category and not n.interest
    union
    select creator_id, category from sold
)
select p.creator_id, b.category, b.top
from persona p
left join home h using (creator_id)
join branch b on b.category = coalesce(h.category, (
    select id from node where tree = 'category' and parent_id is null))
