-- Whose is each fresh line, by what label and rate (settlement.md sections 3 to 5). The first rule that matches wins;
-- rules 1 and 2 take the terms in force at the sale, rule 3 those in force at the touch. A contract covers an instant
-- exactly when one of its terms does. Each look-up carries its own condition: what a line does not need is not read.
insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id, stream_id, touch_id,
    rate_bps, rate_from, fee_bps, available_on, decided_at, decided_by, note)
select w.brand_id, w.sale_id, w.nr + 1,
    won.rule, won.label,
    case
        when w.withdrawn then 'withdrawn'
        when p.sku is not null then 'not_commissionable'
        when won.rule = 'checkout' then 'checkout_stream'
        when won.rule = 'coupon' then 'coupon_code'
        when won.rule = 'touch' then 'last_touch'
        -- The house's: the nearest miss.
        when miss.covered then 'window_passed'
        when w.coupon_key is not null
            and (select true from coupon c where c.brand_id = w.brand_id and c.key = w.coupon_key limit 1)
            then 'coupon_not_valid'
        when miss.covered is not null or w.checkout_stream is not null
            and (select true from stream s where s.ref = w.checkout_stream and s.brand_id = w.brand_id limit 1)
            then 'no_contract'
        when w.checkout_stream is not null then 'unknown_stream'
        when w.coupon_key is not null then 'unknown_coupon'
        else 'no_candidate'
    end,
    won.creator_id, won.contract_id, won.terms_id, won.stream_id, touched.id, won.rate_bps, won.rate_from, won.fee_bps,
    coalesce(moved.available_on, won.available_on), %(at)s,
    case when w.nr > 0 or w.withdrawn then %(by)s::text end,        -- an ordinary decision is nobody's correction
    case when w.nr > 0 or w.withdrawn then %(note)s::text end
from work w
left join product p on p.brand_id = w.brand_id and p.sku = w.sku and not p.commissionable
cross join lateral (select p.sku is null and not w.withdrawn to_rules) open
left join lateral (     -- rule 1: the checkout happened inside a stream of this brand
    select s.id stream_id, m.id terms_id
    from stream s
    join terms m on m.brand_id = s.brand_id and m.creator_id = s.creator_id
        and m.begins_at <= w.occurred_at and w.occurred_at < m.ends_at
    where s.ref = w.checkout_stream and s.brand_id = w.brand_id and open.to_rules
    limit 1
) checkout on true
left join lateral (     -- rule 2: a code of a contract that covers the sale; the database allows one at most
    select m.id terms_id, m.creator_id
    from coupon c
    join terms m on m.contract_id = c.contract_id and m.begins_at <= w.occurred_at and w.occurred_at < m.ends_at
    where c.brand_id = w.brand_id and c.key = w.coupon_key and c.period @> w.occurred_at
        and checkout.terms_id is null and open.to_rules
    limit 1
) code on true
left join lateral (     -- a code used while its creator is on air for the brand earns what a sale in the stream earns
    select s.id stream_id
    from stream s
    where s.brand_id = w.brand_id and s.creator_id = code.creator_id
        and s.starts_at <= w.occurred_at and w.occurred_at < coalesce(s.ends_at, 'infinity')
    order by s.starts_at desc, s.ref
    limit 1
) on_air on code.terms_id is not null
left join lateral (     -- rule 3: the latest touch in the window whose contract covered it; no window exceeds 90 days
    select t.id, t.occurred_at, t.stream_id, m.id terms_id
    from touch t
    join terms m on m.brand_id = t.brand_id and m.creator_id = t.creator_id
        and m.begins_at <= t.occurred_at and t.occurred_at < m.ends_at
        and w.occurred_at - t.occurred_at <= m.window_days * interval '24 hours'
    where t.brand_id = w.brand_id and t.visitor = w.visitor
        and t.occurred_at between w.occurred_at - interval '2160 hours' and w.occurred_at
        and checkout.terms_id is null and code.terms_id is null and open.to_rules
    order by t.occurred_at desc, t.ref
    limit 1
) touched on true
left join lateral (
    select
        case when checkout.terms_id is not null then 'checkout'
            when code.terms_id is not null then 'coupon'
            else 'touch' end rule,
        l.label, m.creator_id, m.contract_id, m.id terms_id, s.id stream_id,
        coalesce(l.rate_bps, m.commission_bps) rate_bps,
        case when l.rate_bps is null then 'commission_percent' else l.label || '_percent' end rate_from,
        f.fee_bps,
        (w.occurred_at at time zone 'UTC')::date + m.hold_days available_on
    from terms m
    join brand_fee f on f.brand_id = w.brand_id and f.valid @> w.occurred_at
    left join stream s on s.id = coalesce(checkout.stream_id, on_air.stream_id, touched.stream_id)
    cross join lateral (
        select case
            when s.starts_at <= w.occurred_at and w.occurred_at < coalesce(s.ends_at, 'infinity')
                and (touched.id is null or w.occurred_at - touched.occurred_at <= interval '30 minutes')
                then 'in_stream'
            when checkout.terms_id is not null and w.occurred_at >= s.ends_at then 'replay'
            when touched.id is not null and s.id is not null then 'after_stream'
            else 'off_stream' end label
    ) chosen
    cross join lateral (
        select chosen.label, case chosen.label
            when 'in_stream' then m.in_stream_bps
            when 'replay' then m.replay_bps
            when 'after_stream' then m.after_stream_bps
            else m.off_stream_bps end rate_bps
    ) l
    where m.id = coalesce(checkout.terms_id, code.terms_id, touched.terms_id)
) won on true
left join lateral (     -- for the house's lines: did a contract cover the latest touch? null: there was no touch
    select exists (
        select from terms m
        where m.brand_id = t.brand_id and m.creator_id = t.creator_id
            and m.begins_at <= t.occurred_at and t.occurred_at < m.ends_at) covered
    from touch t
    where t.brand_id = w.brand_id and t.visitor = w.visitor and t.occurred_at <= w.occurred_at
        and won.rule is null and open.to_rules
    order by t.occurred_at desc, t.ref
    limit 1
) miss on true
left join lateral (     -- a day that a person has moved stays, as long as the line is decided by the same terms
    select d.available_on from decision d
    where w.nr > 0 and d.brand_id = w.brand_id and d.sale_id = w.sale_id and d.nr = w.nr
        and (d.creator_id, d.terms_id) = (won.creator_id, won.terms_id)
        and exists (
            select from commission_event e
            where e.brand_id = w.brand_id and e.sale_id = w.sale_id and e.creator_id = d.creator_id
                and e.kind in ('approved_early', 'extended'))
) moved on true
where w.fresh
    -- A correction that comes to the same answer is no decision: the one that stands is kept.
    and (w.nr = 0 or not exists (
        select from decision d
        where d.brand_id = w.brand_id and d.sale_id = w.sale_id and d.nr = w.nr
            and (d.rule, d.label, d.creator_id, d.contract_id, d.terms_id, d.stream_id, d.touch_id, d.rate_bps,
                d.fee_bps, d.available_on)
            is not distinct from (won.rule, won.label, won.creator_id, won.contract_id, won.terms_id, won.stream_id,
                touched.id, won.rate_bps, won.fee_bps, coalesce(moved.available_on, won.available_on))))
