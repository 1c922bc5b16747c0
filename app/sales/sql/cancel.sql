-- Why an order was cancelled, once; its lines are due again, for a contract may keep the commission of what the brand
-- cancelled, and its refunds may have come first.
with noted as (
    insert into order_cancellation (brand_id, source, order_ref, reason, cancelled_at, recorded_at)
    values (%(brand)s, %(source)s, %(order)s, %(reason)s, %(cancelled_at)s, %(at)s)
    on conflict do nothing
    returning *
)
insert into due (brand_id, lane, sale_id, source, order_ref, line_ref)
select s.brand_id, s.brand_id %% 64, s.id, s.source, s.order_ref, s.line_ref
from noted n
join sale s on s.brand_id = n.brand_id and s.source = n.source and s.order_ref = n.order_ref
where brand_caused(n.reason)
