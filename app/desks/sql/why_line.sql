-- Everything stored about one sale line, in one row: the line, and its decisions, refunds and entries as JSON.
select s.brand_id, s.id, b.public_id brand_uuid, b.handle brand_handle, b.name brand_name,
    s.source, s.order_ref, s.line_ref, s.version, s.occurred_at, s.sku, coalesce(s.description, p.name) description,
    s.quantity, s.unit_price, s.discount_minor, s.base_minor, s.currency, s.country, s.coupon, s.coupon_key,
    s.checkout_stream, s.visitor, s.recorded_at,
    p.commissionable, p.recorded_at product_recorded_at,
    i.public_id import_uuid, i.file_name import_file, i.withdrawn_at, i.withdrawn_by, i.withdrawn_reason,
    (select a.reason from due_aside a
     where a.brand_id = s.brand_id and a.source = s.source and a.order_ref = s.order_ref and a.line_ref = s.line_ref
        and a.resolved_at is null
     order by a.id desc limit 1) aside,
    x.reason cancelled_as, x.cancelled_at,
    d.decisions, r.refunds, e.entries,
    (select coalesce(jsonb_object_agg(n.creator_id, standing(n, %(today)s)), '{}') from earned n
     where n.brand_id = s.brand_id and n.sale_id = s.id) standings
from sale s
join brand b on b.id = s.brand_id
left join product p on p.brand_id = s.brand_id and p.sku = s.sku
left join import i on i.id = s.import_id
left join order_cancellation x on x.brand_id = s.brand_id and x.source = s.source and x.order_ref = s.order_ref
cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object(
        'nr', d.nr, 'rule', d.rule, 'label', d.label, 'reason', d.reason,
        'creator_id', d.creator_id, 'creator_uuid', c.public_id, 'creator_name', c.name,
        'contract_id', d.contract_id, 'contract_uuid', k.public_id, 'contract_ref', k.ref,
        'starts_on', k.starts_on, 'ends_on', k.ends_on, 'terms_id', d.terms_id, 'terms_nr', m.nr,
        'window_days', m.window_days, 'hold_days', m.hold_days, 'keeps_cancelled', m.keeps_cancelled,
        'stream_id', d.stream_id, 'stream_ref', st.ref, 'stream_platform', st.platform,
        'stream_starts_at', st.starts_at, 'stream_ends_at', st.ends_at,
        'touch_id', d.touch_id, 'touch_ref', t.ref, 'touch_at', t.occurred_at, 'link_code', l.code, 'evidence', t.evidence,
        'rate_bps', d.rate_bps, 'rate_from', d.rate_from, 'fee_bps', d.fee_bps, 'available_on', d.available_on,
        'decided_at', d.decided_at, 'decided_by', d.decided_by, 'note', d.note) order by d.nr), '[]') decisions
    from decision d
    left join creator c on c.id = d.creator_id
    left join contract k on k.id = d.contract_id
    left join terms m on m.id = d.terms_id
    left join stream st on st.id = d.stream_id
    left join touch t on t.brand_id = d.brand_id and t.id = d.touch_id
    left join link l on l.id = t.link_id
    where d.brand_id = s.brand_id and d.sale_id = s.id
) d
cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object(
        'ref', r.refund_ref, 'occurred_at', r.occurred_at, 'amount', r.amount, 'currency', r.currency,
        'recorded_at', r.recorded_at, 'withdrawn', ri.withdrawn_at is not null)
        order by r.occurred_at, r.id), '[]') refunds
    from refund r
    left join import ri on ri.id = r.import_id
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
) r
cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object(
        'kind', e.kind, 'credit', e.credit, 'amount', e.amount, 'currency', e.currency, 'creator_id', e.creator_id,
        'creator_uuid', c.public_id, 'creator_name', c.name, 'available_on', e.available_on, 'recorded_at', e.recorded_at,
        'payout_uuid', o.public_id, 'payout_status', o.status, 'payout_at', o.status_at,
        'cutoff_on', pb.cutoff_on, 'reserved_at', pb.made_at)
        order by e.id), '[]') entries
    from entry e
    left join creator c on c.id = e.creator_id
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    left join payout o on o.id = l.payout_id
    left join payout_batch pb on pb.id = o.batch_id
    where e.brand_id = s.brand_id and e.kind in ('commission', 'fee') and e.cause = s.id
) e
where s.brand_id = %(brand)s and s.id = %(sale)s
