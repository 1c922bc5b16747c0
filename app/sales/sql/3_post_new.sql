-- Lines decided for the first time: nothing is booked yet, so the target is what is posted. Refunds are looked up here,
-- for the lines of creators only; those in another currency or of a withdrawn import count for nothing, and a refund
-- beyond the base neither (settlement.md section 6). The commission of what the brand cancelled may be kept, its fee never.
insert into posting
select d.brand_id, 'brand_funds', side.account, side.creator_id, side.amount, s.currency, side.kind, d.sale_id, 1,
    side.available_on, coalesce(r.happened_at, s.occurred_at)
from due q
cross join lateral (
    select * from decision d
    where d.brand_id = q.brand_id and d.sale_id = q.sale_id and d.nr = 1 and d.rule is not null
    limit 1
) d
cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) s
cross join lateral (
    select s.base_minor - least(s.base_minor, coalesce(sum(r.amount), 0)::bigint) net_base,
        max(r.occurred_at) happened_at
    from refund r
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
        and r.currency = s.currency and r.import_id <> all (%(withdrawn)s::int[])
) r
cross join lateral (values
    ('commission', 'creator', d.creator_id, (case when r.net_base < s.base_minor
            and commission_kept(s.brand_id, s.source, s.order_ref, d.terms_id)
        then s.base_minor else r.net_base end * d.rate_bps + 5000) / 10000, d.available_on),
    ('fee', 'platform_revenue', null, (r.net_base * d.fee_bps + 5000) / 10000, null)
) side (kind, account, creator_id, amount, available_on)
where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(first)s::bigint[]) and side.amount > 0
