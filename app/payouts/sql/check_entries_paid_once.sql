select brand_id, entry_id, count(*) from payout_line where released_at is null group by brand_id, entry_id
having count(*) > 1
