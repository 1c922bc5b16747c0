-- Refunds of some imports that look like one that was there before under another id or source: of the same line, amount
-- and day of the brand. Perhaps both are right; perhaps one shop system has told it twice.
select distinct on (r.id) r.source, r.refund_ref, r.order_ref, r.line_ref, r.amount, r.currency,
    to_char(r.occurred_at at time zone b.timezone, 'YYYY-MM-DD') "day", o.source other_source, o.refund_ref other_ref
from refund r
join brand b on b.id = r.brand_id
join refund o on o.brand_id = r.brand_id and o.order_ref = r.order_ref and o.line_ref = r.line_ref
    and o.amount = r.amount and o.currency = r.currency and o.id < r.id
    and (o.source, o.refund_ref) <> (r.source, r.refund_ref)
    and (o.occurred_at at time zone b.timezone)::date = (r.occurred_at at time zone b.timezone)::date
where r.import_id = any (%(imports)s)
    and r.import_id not in (select id from import where withdrawn_at is not null)
    and o.import_id not in (select id from import where withdrawn_at is not null)
order by r.id, o.id
limit %(limit)s
