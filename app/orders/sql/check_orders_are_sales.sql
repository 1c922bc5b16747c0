select p.brand_id, p.id purchase, p.status, s.base_minor, coalesce(r.back, 0) back
from purchase p
left join sale s on s.brand_id = p.brand_id and s.id = p.sale_id and s.order_ref = p.reference
left join lateral (
    select sum(r.amount)::bigint back from refund r
    where r.brand_id = p.brand_id and r.source = 'streamcut' and r.order_ref = p.reference
) r on true
left join lateral (
    select sum(o.amount)::bigint gross from order_refund o
    where o.purchase_id = p.id and o.reason in ('withdrawal', 'by_brand', 'outside')
) o on true
where p.sale_id is not null and (
    s.base_minor is distinct from round(p.quantity * p.unit_price * 10000::numeric / (10000 + p.vat_bps))
    or coalesce(r.back, 0) <> round(coalesce(o.gross, 0) * 10000::numeric / (10000 + p.vat_bps)))
