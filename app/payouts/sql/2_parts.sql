-- One part per creator and brand. A negative part is made good by the same brand's later sales only: it is carried.
create temporary table part on commit drop as
select brand_id, creator_id, sum(amount)::bigint as amount, true as funded
from eligible group by brand_id, creator_id having sum(amount) <> 0
