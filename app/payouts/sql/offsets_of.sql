select p.public_id as payout, b.id as brand_id, b.public_id as brand, b.name, o.earned, o.share_bps, o.repaid, o.carried
from payout p
join payout_offset o on o.payout_id = p.id and o.brand_id = %(brand)s
join brand b on b.id = o.brand_id
where p.public_id = any(%(payouts)s)
