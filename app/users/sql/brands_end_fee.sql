-- Another fee is another version from now on: sales until now are charged the one that was valid then. A version that
-- begins at this very instant was never charged and is mended.
update brand_fee f
set valid = case when lower(f.valid) = %(at)s then f.valid else tstzrange(lower(f.valid), %(at)s) end,
    fee_bps = case when lower(f.valid) = %(at)s then j.platform_fee_percent * 100 else f.fee_bps end
from judged j
where j.changed and j.stored = f.brand_id and upper_inf(f.valid) and f.fee_bps <> j.platform_fee_percent * 100
