-- Lines with the words and amounts around them: a page of those of brand_sales.sql, or all for a download.
select n.*, s.source, s.order_ref, s.line_ref, s.sku, coalesce(s.description, p.name) description, s.quantity,
    s.unit_price, s.discount_minor, s.base_minor, s.currency, s.country, c.public_id creator_uuid, c.name creator_name, k.ref contract_ref,
    st.ref stream_ref, least(s.base_minor, r.amount) refunded, greatest(r.amount - s.base_minor, 0) excess,
    e.commission, e.fee
from ({lines}) n
join sale s on s.brand_id = n.brand_id and s.id = n.id
left join product p on p.brand_id = s.brand_id and p.sku = s.sku
left join creator c on c.id = n.creator_id
left join contract k on k.id = n.contract_id
left join stream st on st.id = n.stream_id
cross join lateral (
    select coalesce(sum(r.amount), 0)::bigint amount from refund r
    left join import i on i.id = r.import_id
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
        and r.currency = s.currency and i.withdrawn_at is null
) r
cross join lateral (
    select coalesce(sum(signed.amount) filter (where e.kind = 'commission'), 0)::bigint commission,
        coalesce(sum(signed.amount) filter (where e.kind = 'fee'), 0)::bigint fee
    from entry e
    cross join lateral (select case when e.debit = 'brand_funds' then e.amount else -e.amount end amount) signed
    where e.brand_id = n.brand_id and e.kind in ('commission', 'fee') and e.cause = n.id
) e
