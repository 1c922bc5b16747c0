insert into due (brand_id, lane, source, order_ref, line_ref)
select brand_id, brand_id %% 64, source, "order", line
from judged
where fresh
