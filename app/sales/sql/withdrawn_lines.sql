insert into claimed
select brand_id, null::bigint, null::tid, null::bigint, source, order_ref, line_ref from sale where import_id = %(import)s
union
select brand_id, null::bigint, null::tid, null::bigint, source, order_ref, line_ref from refund where import_id = %(import)s
