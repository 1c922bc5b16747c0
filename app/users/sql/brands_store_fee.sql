insert into brand_fee (brand_id, valid, fee_bps)
select b.id, tstzrange(null, null), j.platform_fee_percent * 100
from judged j
join brand b using (handle)
where j.fresh
