-- The sale lines that were claimed, each once, by their id or by the key of the line. A refund whose sale is not known
-- finds no line and waits. In the order of the tables, so that what is read and written next lies together.
-- `offset 0`: one look-up a line, never a join with all sales, also where the statistics know nothing of them yet.
insert into work
select s.brand_id, s.id, s.source, s.order_ref, s.line_ref, s.occurred_at, s.visitor, s.sku, s.base_minor, s.currency,
    s.coupon_key, s.checkout_stream,
    s.import_id = any (%(withdrawn)s::int[]),
    coalesce(d.nr, 0),
    d.nr is null or (%(redecide)s and (%(rulings)s or d.reason not in ('ruled', 'ruled_out')))
        or (s.import_id = any (%(withdrawn)s::int[]) and d.rule is not null)
from (
    select brand_id, sale_id id from claimed where sale_id is not null
    union
    select s.brand_id, s.id
    from claimed c
    cross join lateral (
        select s.brand_id, s.id from sale s
        where s.brand_id = c.brand_id and s.source = c.source and s.order_ref = c.order_ref and s.line_ref = c.line_ref
        offset 0
    ) s
    where c.sale_id is null
    order by brand_id, id
) c
cross join lateral (select * from sale s where s.brand_id = c.brand_id and s.id = c.id offset 0) s
left join lateral (
    select d.nr, d.rule, d.reason from decision d
    where d.brand_id = s.brand_id and d.sale_id = s.id
    order by d.nr desc limit 1
) d on true
