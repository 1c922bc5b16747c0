insert into claimed
select brand_id, id, ctid, sale_id, source, order_ref, line_ref from due
where lane = %(lane)s and id > %(after)s
order by id
limit %(limit)s
