select b.id as brand_id, b.public_id as brand, b.name, o.earned, o.share_bps, o.repaid, o.carried
from payout_offset o join brand b on b.id = o.brand_id
where o.payout_id = %(payout)s
order by b.name, b.id
