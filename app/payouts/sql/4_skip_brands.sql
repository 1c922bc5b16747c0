insert into payout_skip (batch_id, creator_id, brand_id, amount, reason)
select %(batch)s, part.creator_id, part.brand_id, part.amount, 'brand_unfunded'
from part
join payee using (creator_id)
where part.amount > 0 and not part.funded and payee.reason is null
