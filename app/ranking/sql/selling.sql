-- Where each brand sells: what it or its products say, in its own country and money, and what was really sold, in its
-- own country and in those of enough of its orders. A brand without a category sells in the root.
insert into selling (brand_id, top, currency, country)
select o.brand_id, t.top, o.currency, o.country
from outcome o
join branch t on t.category = o.category
join brand b on b.id = o.brand_id
join (
    select brand_id, country, sum(orders) orders, sum(sum(orders)) over (partition by brand_id) whole
    from outcome
    group by brand_id, country
) c on c.brand_id = o.brand_id and c.country = o.country
where o.country = b.country or o.country <> 'ZZ' and c.orders >= %(fewest_share)s::float8 * c.whole
union
select b.id, t.top, b.currency, b.country
from brand b
join brand_node n on n.brand_id = b.id
join branch t on t.category = n.node_id
union
select b.id, r.id, b.currency, b.country
from brand b
join node r on r.tree = 'category' and r.parent_id is null
where not exists (select from brand_node n where n.brand_id = b.id)
