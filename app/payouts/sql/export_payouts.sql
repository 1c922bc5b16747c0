select b.public_id::text as batch, p.public_id::text as payout, c.handle as creator, p.currency, p.amount as amount_minor,
    p.status, p.rail, p.reference, p.reason
from payout p
join payout_batch b on b.id = p.batch_id
join creator c on c.id = p.creator_id
