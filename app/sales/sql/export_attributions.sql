-- What every sale line of a creator earned (formats.md). Amounts are what the decision in force says of the line now. A
-- shared line has a row for each share that is above nothing and for its winner, where its fee stands.
select b.handle "brand", s.source, s.order_ref "order", s.line_ref "line", d.rule, d.label, c.handle "creator",
    k.ref "contract", st.ref "stream", t.ref "touch", s.currency, s.base_minor, d.rate_bps,
    case when x.place is null then whole.commission else (shares_of(whole.commission, x.weights))[x.place] end commission_minor,
    case when c.id = d.creator_id then (s.base_minor * d.fee_bps + 5000) / 10000 else 0 end fee_minor,
    r.refunded_minor,
    case when x.place is null then whole.net else (shares_of(whole.net, x.weights))[x.place] end net_commission_minor,
    case when c.id = d.creator_id then ((s.base_minor - r.refunded_minor) * d.fee_bps + 5000) / 10000 else 0 end net_fee_minor,
    d.available_on
from sale s
join brand b on b.id = s.brand_id
join lateral (
    select d.* from decision d where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
) d on d.rule is not null
left join decision_share x on x.brand_id = d.brand_id and x.sale_id = d.sale_id and x.nr = d.nr
    and (x.weights[x.place] > 0 or x.creator_id = d.creator_id)
join creator c on c.id = coalesce(x.creator_id, d.creator_id)
join contract k on k.id = coalesce(x.contract_id, d.contract_id)
left join stream st on st.id = d.stream_id and c.id = d.creator_id
left join touch t on t.brand_id = s.brand_id and t.id = coalesce(x.touch_id, d.touch_id)
cross join lateral (
    select least(s.base_minor, coalesce(sum(r.amount), 0))::bigint refunded_minor
    from refund r left join import i on i.id = r.import_id
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
        and r.currency = s.currency and i.withdrawn_at is null
) r
cross join lateral (
    select (s.base_minor * d.rate_bps + 5000) / 10000 commission,
        (case when r.refunded_minor > 0 and commission_kept(s.brand_id, s.source, s.order_ref, d.terms_id) then s.base_minor
            else s.base_minor - r.refunded_minor end * d.rate_bps + 5000) / 10000 net
) whole
