-- The creators whom a batch is to pay on an account that refused their last payment.
select c.name
from payout p
join refused_account refused on refused.creator_id = p.creator_id
join creator c on c.id = p.creator_id
join payment_destination place on place.creator_id = p.creator_id and place.account is null
where p.batch_id = %(batch)s and p.status = 'reserved'
order by p.id
