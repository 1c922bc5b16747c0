-- What each payout repaid of a debt, as it was reckoned.
insert into payout_offset (payout_id, brand_id, earned, share_bps, repaid, carried)
select payout.id, part.brand_id, part.earned, part.share_bps, part.earned - part.amount, part.carried
from part
join payout on payout.creator_id = part.creator_id and payout.batch_id = %(batch)s
where (part.earned > part.amount or part.carried > 0) and part.amount > 0 and part.funded
