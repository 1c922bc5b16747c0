-- A brand's sale lines with their newest decision; {where} and {limit} say which.
with n as (
    select s.brand_id, s.id, s.occurred_at
    from sale s
    {join}
    where s.brand_id = %(brand)s {where}
    order by s.occurred_at desc, s.id desc
    limit %(limit)s
)
select s.id, s.occurred_at key_at, s.id key_id, s.source, s.order_ref, s.line_ref, s.occurred_at, s.recorded_at, s.sku,
    coalesce(s.description, p.name) description, s.quantity, s.unit_price, s.discount_minor, s.base_minor, s.currency,
    s.country, s.coupon, s.checkout_stream, least(s.base_minor, r.amount) refunded,
    d.nr, d.decided_at, d.rule, d.label, d.reason, d.rate_bps, d.rate_from, d.fee_bps, d.available_on,
    c.public_id creator_id, c.handle creator_handle, c.name creator_name, k.public_id contract_id, k.ref contract_ref,
    d.stream_id, st.public_id stream_uuid, st.ref stream_ref, t.ref touch_ref, t.occurred_at touch_at,
    t.evidence, l.code link_code, m.window_days,
    e.commission, e.fee, false hidden,
    (select standing(earned, %(today)s) from earned
     where earned.brand_id = s.brand_id and earned.sale_id = s.id and earned.creator_id = d.creator_id) standing
from n
join sale s on s.brand_id = n.brand_id and s.id = n.id
left join product p on p.brand_id = s.brand_id and p.sku = s.sku
left join lateral (
    select * from decision d where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
) d on true
left join creator c on c.id = d.creator_id
left join contract k on k.id = d.contract_id
left join terms m on m.id = d.terms_id
left join stream st on st.id = d.stream_id
left join touch t on t.brand_id = d.brand_id and t.id = d.touch_id
left join link l on l.id = t.link_id
cross join lateral (
    select coalesce(sum(r.amount), 0)::bigint amount from refund r
    left join import i on i.id = r.import_id
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
        and r.currency = s.currency and i.withdrawn_at is null
) r
cross join lateral (
    select coalesce(sum(signed.amount) filter (where e.kind = 'commission'), 0)::bigint commission,
        coalesce(sum(signed.amount) filter (where e.kind = 'fee'), 0)::bigint fee
    from entry e
    cross join lateral (select case when e.debit = 'brand_funds' then e.amount else -e.amount end amount) signed
    where e.brand_id = s.brand_id and e.kind in ('commission', 'fee') and e.cause = s.id
) e
order by n.occurred_at desc, n.id desc
