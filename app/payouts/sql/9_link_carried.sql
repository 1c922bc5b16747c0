insert into payout_line (brand_id, entry_id, payout_id)
select e.brand_id, e.id, payout.id
from part
join payout on payout.creator_id = part.creator_id and payout.batch_id = %(batch)s
join entry e on e.brand_id = part.brand_id and e.cause = payout.id and e.kind = 'carry' and e.seq = 1
where part.carried > 0 and part.funded
