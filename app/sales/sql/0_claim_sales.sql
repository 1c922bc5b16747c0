-- Claims some sale lines of a brand by due rows of this transaction.
insert into due (brand_id, lane, sale_id, source, order_ref, line_ref)
select brand_id, brand_id %% 64, id, source, order_ref, line_ref from sale
where brand_id = %(brand)s and id = any (%(sales)s::bigint[])
returning id
