-- Lines decided before: target minus booked, for each creator and day of availability, so that nothing ever drifts.
-- Refunds count as in 3_post_new.sql. What is nobody's any more has a target of nothing.
insert into posting
select brand_id,
    case when difference > 0 then 'brand_funds' else account end,
    case when difference > 0 then account else 'brand_funds' end,
    creator_id, abs(difference), currency, kind, sale_id,
    last_seq + row_number() over (partition by brand_id, sale_id, kind order by creator_id, available_on),
    available_on, happened_at
from (
    select brand_id, sale_id, kind, account, creator_id, available_on, currency, sum(amount) difference,
        max(max(seq)) over (partition by brand_id, sale_id, kind) last_seq,
        max(max(happened_at)) over (partition by brand_id, sale_id, kind) happened_at
    from (
        select q.brand_id, q.sale_id, side.*, 0 seq, s.currency, coalesce(r.happened_at, s.occurred_at) happened_at
        from due q
        cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) s
        cross join lateral (
            select * from decision d where d.brand_id = q.brand_id and d.sale_id = q.sale_id order by d.nr desc limit 1
        ) d
        cross join lateral (
            select s.base_minor - least(s.base_minor, coalesce(sum(r.amount), 0)::bigint) net_base,
                max(r.occurred_at) happened_at
            from refund r
            where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref
                and r.line_ref = s.line_ref and r.currency = s.currency
                and r.import_id <> all (%(withdrawn)s::int[])
        ) r
        cross join lateral (values
            ('commission', 'creator', d.creator_id, d.available_on,
                coalesce((case when r.net_base < s.base_minor
                        and commission_kept(s.brand_id, s.source, s.order_ref, d.terms_id)
                    then s.base_minor else r.net_base end * d.rate_bps + 5000) / 10000, 0)),
            ('fee', 'platform_revenue', null, null, coalesce((r.net_base * d.fee_bps + 5000) / 10000, 0))
        ) side (kind, account, creator_id, available_on, amount)
        where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(before)s::bigint[])
        union all
        select q.brand_id, q.sale_id, e.kind, case when e.kind = 'fee' then 'platform_revenue' else 'creator' end,
            e.creator_id, e.available_on, case when e.debit = 'brand_funds' then -e.amount else e.amount end, e.seq,
            e.currency, null
        from due q
        cross join lateral (
            select * from entry e
            where e.brand_id = q.brand_id and e.kind in ('commission', 'fee') and e.cause = q.sale_id
            limit 2147483647
        ) e
        where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(before)s::bigint[])
    ) sides
    group by brand_id, sale_id, kind, account, creator_id, available_on, currency
) differences
where difference <> 0
