-- As in sales_stored.sql, what came by a withdrawn import counts as absent.
select r.id, r.import_id, r.brand_id, b.handle as brand, r.source, r.refund_ref as refund, r.order_ref as "order", r.line_ref as line,
    r.occurred_at, r.quantity, r.amount * (%(units)s::jsonb -> r.currency::text)::numeric as amount, r.currency::text
from refund r
join brand b on b.id = r.brand_id
where r.import_id not in (select id from import where withdrawn_at is not null)
