-- Whose is each line of `deciding`, by what label and rate (settlement.md sections 3 to 5). The first rule that matches
-- wins; rules 1 and 2 take the terms in force at the sale, rule 3 those in force at the touch. A contract covers an
-- instant exactly when one of its terms does. The lines of an order share visitor, instant, code and stream: they are
-- looked up once for all of them, and each look-up carries its own condition: what is not needed is not read.
-- `new`: none of them has a decision yet. See 1_gather.sql for `limit`; a searched CASE is one that every PostgreSQL,
-- distributed too, reads alike.
insert into decision (brand_id, sale_id, nr, rule, label, reason, creator_id, contract_id, terms_id, stream_id, touch_id,
    rate_bps, rate_from, fee_bps, available_on, decided_at, decided_by, note)
select k.brand_id, l.sale_id, k.nr + 1, k.rule, k.label, k.reason, k.creator_id, k.contract_id, k.terms_id, k.stream_id,
    k.touch_id, k.rate_bps, k.rate_from, k.fee_bps, coalesce(old.moved_to, k.available_on), %(at)s,
    case when k.nr > 0 or k.stands = 'withdrawn' then %(by)s::text end,    -- an ordinary decision is nobody's correction
    case when k.nr > 0 or k.stands = 'withdrawn' then %(note)s::text end
from (
    select o.brand_id, o.nr, o.stands, o.sales, won.*, touched.id touch_id,
        case
            when o.stands is not null then o.stands
            when won.rule = 'checkout' then 'checkout_stream'
            when won.rule = 'coupon' then 'coupon_code'
            when won.rule = 'touch' then 'last_touch'
            -- The house's: the nearest miss.
            when miss.covered then 'window_passed'
            when o.coupon_key is not null
                and (select true from coupon c where c.brand_id = o.brand_id and c.key = o.coupon_key limit 1)
                then 'coupon_not_valid'
            when miss.covered is not null or o.checkout_stream is not null
                and (select true from stream s where s.ref = o.checkout_stream and s.brand_id = o.brand_id limit 1)
                then 'no_contract'
            when o.checkout_stream is not null then 'unknown_stream'
            when o.coupon_key is not null then 'unknown_coupon'
            else 'no_candidate'
        end reason
    from (
        select s.brand_id, s.occurred_at, s.visitor, s.coupon_key, s.checkout_stream, coalesce(d.nr, 0) nr,
            case
                when s.import_id = any (%(withdrawn)s::int[]) then 'withdrawn'
                when (
                    select true from house_product p where p.brand_id = s.brand_id and p.sku = s.sku limit 1
                ) then 'not_commissionable'
            end stands,     -- what is so whoever brought the buyer
            array_agg(s.id) sales
        from due q
        cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) s
        left join lateral (
            select d.nr from decision d
            where not %(new)s and d.brand_id = q.brand_id and d.sale_id = q.sale_id
            order by d.nr desc
            limit 1
        ) d on true
        where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(deciding)s::bigint[])
        group by 1, 2, 3, 4, 5, 6, 7
    ) o
    left join lateral (     -- rule 1: the checkout happened inside a stream of this brand
        select s.id stream_id, m.id terms_id
        from stream s
        cross join lateral (
            select m.id from terms m
            where m.brand_id = s.brand_id and m.creator_id = s.creator_id
                and m.begins_at <= o.occurred_at and o.occurred_at < m.ends_at
            limit 1
        ) m
        where s.ref = o.checkout_stream and s.brand_id = o.brand_id and o.stands is null
        limit 1
    ) checkout on true
    left join lateral (     -- rule 2: a code of a contract that covers the sale; the database allows one at most
        select m.id terms_id, m.creator_id
        from coupon c
        cross join lateral (
            select m.id, m.creator_id from terms m
            where m.contract_id = c.contract_id and m.begins_at <= o.occurred_at and o.occurred_at < m.ends_at
            limit 1
        ) m
        where c.brand_id = o.brand_id and c.key = o.coupon_key and c.period @> o.occurred_at
            and checkout.terms_id is null and o.stands is null
        limit 1
    ) code on true
    left join lateral (     -- a code used while its creator is on air for the brand earns what a sale in the stream earns
        select s.id stream_id
        from stream s
        where s.brand_id = o.brand_id and s.creator_id = code.creator_id
            and s.starts_at <= o.occurred_at and o.occurred_at < coalesce(s.ends_at, 'infinity')
        order by s.starts_at desc, s.ref
        limit 1
    ) on_air on code.terms_id is not null
    left join lateral (     -- rule 3: the latest touch in the window whose contract covered it; no window exceeds 90 days
        select t.id, t.occurred_at, t.stream_id, m.id terms_id
        from touch t
        cross join lateral (
            select m.id from terms m
            where m.brand_id = t.brand_id and m.creator_id = t.creator_id
                and m.begins_at <= t.occurred_at and t.occurred_at < m.ends_at
                and o.occurred_at - t.occurred_at <= m.window_days * interval '24 hours'
            limit 1
        ) m
        where t.brand_id = o.brand_id and t.visitor = o.visitor
            and t.occurred_at between o.occurred_at - interval '2160 hours' and o.occurred_at
            and checkout.terms_id is null and code.terms_id is null and o.stands is null
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
            (o.occurred_at at time zone 'UTC')::date + m.hold_days available_on
        from terms m
        join brand_fee f on f.brand_id = o.brand_id and f.valid @> o.occurred_at
        left join stream s on s.id = coalesce(checkout.stream_id, on_air.stream_id, touched.stream_id)
        cross join lateral (
            select case
                when s.starts_at <= o.occurred_at and o.occurred_at < coalesce(s.ends_at, 'infinity')
                    and (touched.id is null or o.occurred_at - touched.occurred_at <= interval '30 minutes')
                    then 'in_stream'
                when checkout.terms_id is not null and o.occurred_at >= s.ends_at then 'replay'
                when touched.id is not null and s.id is not null then 'after_stream'
                else 'off_stream' end label
        ) chosen
        cross join lateral (
            select chosen.label, case
                when chosen.label = 'in_stream' then m.in_stream_bps
                when chosen.label = 'replay' then m.replay_bps
                when chosen.label = 'after_stream' then m.after_stream_bps
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
        where t.brand_id = o.brand_id and t.visitor = o.visitor and t.occurred_at <= o.occurred_at
            and won.rule is null and o.stands is null
        order by t.occurred_at desc, t.ref
        limit 1
    ) miss on true
) k
cross join lateral unnest(k.sales) l (sale_id)
left join lateral (     -- the decision that stands; a day that a person has moved stays while the same terms decide
    select
        case when l.sale_id = any (%(moved)s::bigint[]) and (d.creator_id, d.terms_id) = (k.creator_id, k.terms_id)
            then d.available_on end moved_to,
        -- A correction that comes to the same answer is no decision: the one that stands is kept.
        (d.rule, d.label, d.creator_id, d.contract_id, d.terms_id, d.stream_id, d.touch_id, d.rate_bps, d.fee_bps)
            is not distinct from (k.rule, k.label, k.creator_id, k.contract_id, k.terms_id, k.stream_id, k.touch_id,
                k.rate_bps, k.fee_bps)
            and d.available_on is not distinct from case
                when l.sale_id = any (%(moved)s::bigint[]) and (d.creator_id, d.terms_id) = (k.creator_id, k.terms_id)
                then d.available_on else k.available_on end same
    from decision d
    where k.nr > 0 and d.brand_id = k.brand_id and d.sale_id = l.sale_id and d.nr = k.nr
    limit 1
) old on true
where old.same is not true
