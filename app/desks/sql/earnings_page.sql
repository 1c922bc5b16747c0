-- One page of a creator's lines (those of earnings.sql), with the words around the figures.
select n.*, b.public_id brand_uuid, b.name brand_name, s.order_ref, s.line_ref, s.sku,
    coalesce(s.description, p.name) description, st.ref stream_ref,
    (n.base_minor * n.rate_bps + 5000) / 10000 commission, least(n.base_minor, r.amount) refunded
from (
    {earnings}
        and (%(key_at)s::timestamptz is null or (s.occurred_at, s.id) {beyond} (%(key_at)s, %(key_id)s::bigint))
    order by s.occurred_at {direction}, s.id {direction}
    limit %(limit)s
) n
join sale s on s.brand_id = n.brand_id and s.id = n.id
join brand b on b.id = n.brand_id
left join stream st on st.id = n.stream_id
left join product p on p.brand_id = s.brand_id and p.sku = s.sku
cross join lateral (
    select coalesce(sum(r.amount), 0)::bigint amount from refund r
    left join import i on i.id = r.import_id
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
        and r.currency = s.currency and i.withdrawn_at is null
) r
order by n.occurred_at {direction}, n.id {direction}
