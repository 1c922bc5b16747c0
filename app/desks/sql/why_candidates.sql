-- Who could have earned the line: the checkout's stream, the owners of the code, the visitor's touches before the sale
-- (the latest 60); and the streams on air when the code was used that were recorded since. Contract and terms are those recorded when it was decided; `late_*` is a contract recorded since.
-- What the decision itself names was known to it, whatever the clocks say.
select f.kind, f.ref, f.happened_at, f.recorded_at,
    f.recorded_at > %(decided_at)s and not f.named late,
    f.touch_id, l.code link_code, f.evidence, f.stream_ref, f.creator_id, c.public_id creator_uuid, c.name creator_name, f.own_brand,
    k.id contract_id, k.ref contract_ref, m.window_days,
    late.ref late_contract_ref, late.recorded_at late_contract_at
from (
    select 'checkout' kind, s.ref, %(at)s::timestamptz happened_at, s.recorded_at, s.id = %(stream)s named,
        null::bigint touch_id, null::bigint link_id, null evidence, s.ref stream_ref, s.creator_id, s.brand_id = %(brand)s own_brand, null::int contract_id
    from stream s
    where s.ref = %(checkout_stream)s
    union all
    select 'coupon', o.code, %(at)s, o.recorded_at, o.contract_id = %(contract)s,
        null, null, null, null, k.creator_id, true, o.contract_id
    from coupon o
    join contract k on k.id = o.contract_id
    where o.brand_id = %(brand)s and o.key = %(coupon_key)s
    union all
    (select 'touch', t.ref, t.occurred_at, t.recorded_at, t.id = %(touch)s,
        t.id, t.link_id, t.evidence, s.ref, t.creator_id, true, null
    from touch t
    left join stream s on s.id = t.stream_id
    where t.brand_id = %(brand)s and t.visitor = %(visitor)s and t.occurred_at <= %(at)s
    order by t.occurred_at desc, t.ref
    limit 60)
    union all
    select 'stream', s.ref, %(at)s, s.recorded_at, false, null, null, null, s.ref, s.creator_id, true, k.id
    from contract k
    join stream s on s.brand_id = k.brand_id and s.creator_id = k.creator_id
    where %(rule)s = 'coupon' and k.id = %(contract)s and s.id is distinct from %(stream)s
        and s.starts_at <= %(at)s and %(at)s < coalesce(s.ends_at, 'infinity') and s.recorded_at > %(decided_at)s
) f
left join creator c on c.id = f.creator_id
left join link l on l.id = f.link_id
left join contract k on k.brand_id = %(brand)s and k.creator_id = f.creator_id and k.period @> f.happened_at
    and f.own_brand and k.id = coalesce(f.contract_id, k.id)
    and (k.recorded_at <= %(decided_at)s or k.id = %(contract)s)
left join terms m on m.contract_id = k.id and m.valid @> f.happened_at
    and (m.recorded_at <= %(decided_at)s or m.id = %(terms)s)
left join contract late on late.brand_id = %(brand)s and late.creator_id = f.creator_id
    and late.period @> f.happened_at and f.own_brand and late.id = coalesce(f.contract_id, late.id)
    and k.id is null and late.recorded_at > %(decided_at)s
order by array_position(array['checkout', 'coupon', 'touch'], f.kind), f.happened_at desc, f.ref
