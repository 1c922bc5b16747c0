select s.brand_id, s.id
from sale s
where not exists (select from decision d where d.brand_id = s.brand_id and d.sale_id = s.id)
    and not exists (
        select from due q where q.brand_id = s.brand_id and q.source = s.source and q.order_ref = s.order_ref
            and q.line_ref = s.line_ref)
    and not exists (
        select from due_aside q where q.brand_id = s.brand_id and q.source = s.source and q.order_ref = s.order_ref
            and q.line_ref = s.line_ref and q.resolved_at is null)
