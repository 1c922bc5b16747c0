-- Where each brand sells: what it or its products say, in its own money, and what was really sold. A brand without a
-- category sells in the root.
insert into selling (brand_id, top, currency)
select o.brand_id, t.top, o.currency
from outcome o
join branch t on t.category = o.category
union
select b.id, t.top, b.currency
from brand b
join brand_node n on n.brand_id = b.id
join branch t on t.category = n.node_id
union
select b.id, r.id, b.currency
from brand b
join node r on r.tree = 'category' and r.parent_id is null
where not exists (select from brand_node n where n.brand_id = b.id)
