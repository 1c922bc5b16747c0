select b.id, b.import_id, b.handle, b.name, b.country::text, b.currency::text, b.timezone,
    f.fee_bps / 100.0 as platform_fee_percent
from brand b
join brand_fee f on f.brand_id = b.id and upper_inf(f.valid)
