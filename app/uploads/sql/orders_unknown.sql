-- Those of the orders that are no sale here. (What came by a withdrawn import counts as absent.)
select asked.order_ref
from unnest(%s::text[]) asked (order_ref)
where not exists (
    select from sale s
    where s.brand_id = %s and s.source = %s and s.order_ref = asked.order_ref
        and s.import_id not in (select id from import where withdrawn_at is not null)
)
