-- Lines decided for the first time: nothing is booked yet, so the target is what is posted. Refunds are looked up here,
-- for the lines of creators only; those in another currency or of a withdrawn import count for nothing, and a refund
-- beyond the base neither (settlement.md section 6). The commission of what the brand cancelled may be kept, its fee never.
insert into posting
select d.brand_id, 'brand_funds', side.account, side.creator_id, side.amount, w.currency, side.kind, d.sale_id, 1,
    side.available_on, coalesce(r.happened_at, w.occurred_at)
from work w
cross join lateral (    -- offset 0 as in 1_gather.sql
    select * from decision d
    where d.brand_id = w.brand_id and d.sale_id = w.sale_id and d.nr = 1 and d.rule is not null offset 0
) d
cross join lateral (
    select w.base_minor - least(w.base_minor, coalesce(sum(r.amount), 0)::bigint) net_base,
        max(r.occurred_at) happened_at
    from refund r
    where r.brand_id = w.brand_id and r.source = w.source and r.order_ref = w.order_ref and r.line_ref = w.line_ref
        and r.currency = w.currency and r.import_id <> all (%(withdrawn)s::int[])
) r
cross join lateral (values
    ('commission', 'creator', d.creator_id, (case when r.net_base < w.base_minor and commission_kept(w.brand_id, w.source, w.order_ref, d.terms_id)
        then w.base_minor else r.net_base end * d.rate_bps + 5000) / 10000, d.available_on),
    ('fee', 'platform_revenue', null, (r.net_base * d.fee_bps + 5000) / 10000, null)
) side (kind, account, creator_id, amount, available_on)
where w.nr = 0 and side.amount > 0
