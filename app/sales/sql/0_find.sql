-- A line that is claimed by its key gets a due row of this transaction with its id; all versions of it do. A refund whose
-- sale is not known finds no line and waits. `limit` keeps it one look-up a row, never a join with all sales.
insert into due (brand_id, lane, sale_id, source, order_ref, line_ref)
select s.brand_id, q.lane, s.id, s.source, s.order_ref, s.line_ref
from due q
cross join lateral (
    select * from sale s
    where s.brand_id = q.brand_id and s.source = q.source and s.order_ref = q.order_ref and s.line_ref = q.line_ref
    limit 32767     -- as many versions as there can be
) s
where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(claimed)s::bigint[]) and q.sale_id is null
returning id
