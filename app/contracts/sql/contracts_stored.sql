select k.id, k.import_id, k.ref as contract, b.handle as brand, c.handle as creator, k.starts_on, k.ends_on, k.timezone,
    t.commission_bps / 100.0 as commission_percent, t.in_stream_bps / 100.0 as in_stream_percent,
    t.replay_bps / 100.0 as replay_percent, t.after_stream_bps / 100.0 as after_stream_percent,
    t.off_stream_bps / 100.0 as off_stream_percent, t.window_days, t.hold_days,
    (select string_agg(o.code, '|' order by o.id) from coupon o where o.contract_id = k.id) as coupons,
    k.exclusive_category
from contract k
join brand b on b.id = k.brand_id
join creator c on c.id = k.creator_id
join terms t on t.contract_id = k.id
    and not exists (select from terms later where later.contract_id = k.id and later.nr > t.nr)
