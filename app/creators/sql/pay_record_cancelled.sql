-- Orders of the last twelve months that creators have sold and of which it is known whether they were cancelled, since a
-- connected shop or our own checkout told of them; and how many of them the brand has cancelled itself.
select count(*) as orders, count(*) filter (where cancelled) as cancelled
from (
    select s.source, s.order_ref, bool_or(brand_caused(c.reason)) as cancelled
    from sale s
    join decision d on d.brand_id = s.brand_id and d.sale_id = s.id and d.rule is not null
    left join order_cancellation c on c.brand_id = s.brand_id and c.source = s.source and c.order_ref = s.order_ref
    where s.brand_id = %(brand)s and s.occurred_at >= %(since)s and s.occurred_at <= %(at)s
        and s.source in (select t.source from cancellation_source t where t.brand_id = s.brand_id)
        and not exists (
            select from decision n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
    group by s.source, s.order_ref
) sold
