-- The refunds of one line, the oldest first.
select r.refund_ref, r.occurred_at, r.amount, r.currency, r.currency = s.currency and i.withdrawn_at is null counts
from sale s
join refund r on r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
left join import i on i.id = r.import_id
where s.brand_id = %(brand)s and s.id = %(sale)s
order by r.occurred_at, r.id
