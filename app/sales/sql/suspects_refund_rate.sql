-- Lines of a creator of whose sales for a brand more than half were refunded, of 20 or more.
with sold as (
    select d.brand_id, d.sale_id, d.creator_id, exists (
        select from refund r
        where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
            and r.currency = s.currency
            and not exists (select from import i where i.id = r.import_id and i.withdrawn_at is not null)) refunded
    from brand b
    join sale s on s.brand_id = b.id and s.occurred_at > %(since)s
    cross join lateral (
        select d.* from decision d where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
    ) d
    where d.rule is not null
), counted as (
    select *, count(*) over (partition by brand_id, creator_id) lines,
        count(*) filter (where refunded) over (partition by brand_id, creator_id) back
    from sold
)
select brand_id, sale_id from counted where lines >= 20 and 2 * back > lines
