-- Which of these orders are stored already: lines or orders that the shop told of, sales and refunds by any way.
select 'key ' || order_key from shop_line where shop_id = %(shop)s and order_key = any (%(keys)s)
union
select 'key ' || order_key from shop_order where shop_id = %(shop)s and order_key = any (%(keys)s)
union
select 'order ' || order_ref from sale
where brand_id = %(brand)s and source = %(source)s and order_ref = any (%(orders)s)
union
select 'order ' || order_ref from refund
where brand_id = %(brand)s and source = %(source)s and order_ref = any (%(orders)s)
