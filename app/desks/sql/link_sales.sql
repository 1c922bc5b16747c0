-- What stands as sold by the touches of these links. The pairs of brand and creator lead to the decisions.
select t.link_id number, s.currency, count(distinct (s.source, s.order_ref)) orders, sum(s.base_minor)::bigint base,
    coalesce(sum(e.earned), 0)::bigint earned
from unnest(%(brands)s::int[], %(creators)s::int[]) p (brand_id, creator_id)
join decision d on d.brand_id = p.brand_id and d.creator_id = p.creator_id and d.touch_id is not null
join touch t on t.brand_id = d.brand_id and t.id = d.touch_id and t.link_id = any (%(numbers)s)
join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
cross join lateral (
    select sum(case when e.credit = 'creator' then e.amount else -e.amount end) earned
    from entry e
    where e.brand_id = d.brand_id and e.kind = 'commission' and e.cause = d.sale_id and e.creator_id = d.creator_id
) e
where not exists (
    select from decision n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
group by t.link_id, s.currency
order by t.link_id, s.currency
