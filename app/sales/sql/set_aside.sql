insert into due_aside (brand_id, source, order_ref, line_ref, reason, set_aside_at)
select brand_id, source, order_ref, line_ref, %(reason)s, %(at)s from due
where lane = any (%(lanes)s::smallint[]) and id = any (%(claimed)s::bigint[])
