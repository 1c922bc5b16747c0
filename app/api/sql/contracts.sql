-- A brand's contracts with the terms of now, or the nearest ones, and their codes.
select k.recorded_at key_at, k.id key_id, k.public_id id, k.ref, k.starts_on, k.ends_on, k.timezone, k.signed_at,
    k.exclusive_category, c.public_id creator_id, c.handle creator_handle, c.name creator_name,
    m.commission_bps, m.in_stream_bps, m.replay_bps, m.after_stream_bps, m.off_stream_bps, m.window_days, m.hold_days,
    array(select code from coupon o where o.contract_id = k.id and o.period @> greatest(least(%(at)s, upper(k.period) - interval '1 microsecond'), lower(k.period)) order by code) coupons
from contract k
join creator c on c.id = k.creator_id
join lateral (
    select * from terms m where m.contract_id = k.id
    order by m.valid @> %(at)s::timestamptz desc, lower(m.valid) <= %(at)s desc, m.nr desc limit 1
) m on true
where k.brand_id = %(brand)s
    and (%(id)s::uuid is null or k.public_id = %(id)s)
    and (%(creator)s::uuid is null or c.public_id = %(creator)s)
    and (%(key_at)s::timestamptz is null or (k.recorded_at, k.id) < (%(key_at)s, %(key_id)s))
order by k.recorded_at desc, k.id desc
limit %(limit)s
