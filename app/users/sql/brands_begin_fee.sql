insert into brand_fee (brand_id, valid, fee_bps)
select j.stored, tstzrange(%(at)s, null), j.platform_fee_percent * 100
from judged j
where j.changed
    and not exists (select from brand_fee f where f.brand_id = j.stored and upper_inf(f.valid))
