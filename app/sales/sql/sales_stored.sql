-- What came by a withdrawn import counts as absent: it may be imported again, mended, as a further version.
select s.id, s.import_id, s.brand_id, b.handle as brand, s.source, s.order_ref as "order", s.line_ref as line, s.occurred_at,
    encode(s.visitor, 'hex') as visitor, s.sku, s.description, s.quantity, s.unit_price,
    nullif(s.discount_minor * (%(units)s::jsonb -> s.currency::text)::numeric, 0) as discount, s.currency::text,
    s.country::text, s.coupon, s.checkout_stream
from sale s
join brand b on b.id = s.brand_id
where s.import_id not in (select id from import where withdrawn_at is not null)
