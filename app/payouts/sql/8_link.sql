-- The link is the mark: the entries themselves are never touched.
insert into payout_line (brand_id, entry_id, payout_id)
select eligible.brand_id, eligible.id, payout.id
from eligible
join part on part.brand_id = eligible.brand_id and part.creator_id = eligible.creator_id
    and part.amount > 0 and part.funded
join payout on payout.creator_id = eligible.creator_id and payout.batch_id = %(batch)s
