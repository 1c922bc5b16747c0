-- Sale lines of [since, until) that are a creator's by their newest decision, less what was refunded before `until`
-- (as in settlement.md section 6: in the same money, at most the base, without withdrawn imports). The category is that
-- of the product; where no file names one we know, the brand's first, else the root.
insert into sold (creator_id, brand_id, stream_id, source, order_ref, occurred_at, visitor, country, category, currency,
    gross, net)
with stall as (
    select b.id brand_id, b.country, coalesce((
        select n.id from brand_node bn join node n on n.id = bn.node_id where bn.brand_id = b.id order by n.lo limit 1
    ), (select id from node where tree = 'category' and parent_id is null)) category
    from brand b
)
select d.creator_id, s.brand_id, d.stream_id, s.source, s.order_ref, s.occurred_at, s.visitor,
    coalesce(s.country, b.country), coalesce(c.category, b.category), s.currency, s.base_minor,
    s.base_minor - least(s.base_minor, r.amount)
from decision d
join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
join stall b on b.brand_id = s.brand_id
left join product p on p.brand_id = s.brand_id and p.sku = s.sku
left join called c on c.word = lower(btrim(p.category))
cross join lateral (
    select coalesce(sum(r.amount), 0)::bigint amount
    from refund r
    left join import i on i.id = r.import_id
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
        and r.currency = s.currency and r.occurred_at < %(until)s and i.withdrawn_at is null
) r
where d.creator_id is not null
    and (%(creators)s::int[] is null or d.creator_id = any (%(creators)s::int[]))
    and s.occurred_at >= %(since)s and s.occurred_at < %(until)s
    and not exists (
        select from decision later
        where later.brand_id = d.brand_id and later.sale_id = d.sale_id and later.nr > d.nr)
