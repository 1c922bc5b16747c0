-- The shares of a line's commission by its newest decision, of so much before and after refunds.
select x.place, cardinality(x.weights) as creators, x.creator_id, c.public_id as creator_uuid, c.name as creator_name,
    x.reason, (shares_of(%(commission)s, x.weights))[x.place] as amount, (shares_of(%(net)s, x.weights))[x.place] as net
from decision_share x
join creator c on c.id = x.creator_id
where x.brand_id = %(brand)s and x.sale_id = %(sale)s and x.nr = %(nr)s
order by x.place
