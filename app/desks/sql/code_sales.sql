-- What stands as sold by these codes. The pairs of brand and creator lead to the decisions.
select o.id number, s.currency, count(distinct (s.source, s.order_ref)) orders, sum(s.base_minor)::bigint base,
    coalesce(sum(e.earned), 0)::bigint earned
from unnest(%(brands)s::int[], %(creators)s::int[]) p (brand_id, creator_id)
join decision d on d.brand_id = p.brand_id and d.creator_id = p.creator_id and d.rule = 'coupon'
join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
join coupon o on o.contract_id = d.contract_id and o.key = s.coupon_key and o.period @> s.occurred_at
    and o.id = any (%(numbers)s)
cross join lateral (
    select sum(case when e.credit = 'creator' then e.amount else -e.amount end) earned
    from entry e
    where e.brand_id = d.brand_id and e.kind = 'commission' and e.cause = d.sale_id and e.creator_id = d.creator_id
) e
where not exists (
    select from decision n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
group by o.id, s.currency
order by o.id, s.currency
