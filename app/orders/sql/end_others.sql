update purchase
set holds_until = greatest(%(at)s, held_at + interval '1 millisecond'), look_at = %(at)s
where brand_id = %(brand)s and product_id = %(product)s and status in ('reserved', 'paying') and selling = 'first_paid'
