-- One part per creator and brand. A negative part is made good by the same brand's later sales only: it is carried.
-- `earned` and `share_bps` are filled in where something is owed.
create temporary table part on commit drop as
select brand_id, creator_id, sum(amount)::bigint as amount, null::bigint as earned, null::int as share_bps,
    0::bigint as carried, true as funded
from eligible group by brand_id, creator_id having sum(amount) <> 0 or min(amount) < 0
