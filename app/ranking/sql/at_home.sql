-- A creator's categories: those they name, those their channels name as far as we know them, those they sold in; of what
-- they streamed for besides, the first level; the root where there is nothing.
insert into at_home (creator_id, category, top, named)
with named as materialized (
    select creator_id, node_id category from profile_category
    union
    select c.creator_id, w.category
    from channel c
    cross join lateral unnest(c.categories) named (word)
    join called w on w.word = lower(btrim(named.word))
), home as materialized (
    select creator_id, category, bool_or(named) named
    from (
        select creator_id, category, true named from named
        union all
        select creator_id, category, false from sold
    ) either
    group by creator_id, category
), besides as materialized (
    select e.creator_id, e.top category, false named
    from (select distinct creator_id, top from exposure) e
    where not exists (
        select from home h join branch b using (category) where h.creator_id = e.creator_id and b.top = e.top)
)
select p.creator_id, b.category, b.top, coalesce(h.named, false)
from persona p
left join (select * from home union all select * from besides) h using (creator_id)
join branch b on b.category = coalesce(h.category, (
    select id from node where tree = 'category' and parent_id is null))
