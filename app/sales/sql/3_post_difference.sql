-- Lines decided before: target minus booked, for each creator and day of availability, so that nothing ever drifts.
-- Refunds count as in 3_post_new.sql.
with decided as (
    select w.brand_id, w.sale_id, w.source, w.order_ref, w.currency, w.base_minor, w.base_minor - least(w.base_minor, r.amount) net_base,
        coalesce(r.happened_at, w.occurred_at) happened_at
    from work w
    cross join lateral (
        select coalesce(sum(r.amount), 0)::bigint amount, max(r.occurred_at) happened_at
        from refund r
        where r.brand_id = w.brand_id and r.source = w.source and r.order_ref = w.order_ref and r.line_ref = w.line_ref
            and r.currency = w.currency and r.import_id <> all (%(withdrawn)s::int[])
    ) r
    where w.nr > 0
)
insert into posting
select brand_id,
    case when difference > 0 then 'brand_funds' else account end,
    case when difference > 0 then account else 'brand_funds' end,
    creator_id, abs(difference), currency, kind, sale_id,
    last_seq + row_number() over (partition by brand_id, sale_id, kind order by creator_id, available_on),
    available_on, happened_at
from (
    select brand_id, sale_id, kind, account, creator_id, available_on, currency, happened_at,
        sum(amount) difference, max(max(seq)) over (partition by brand_id, sale_id, kind) last_seq
    from (
        select w.brand_id, w.sale_id, side.*, 0 seq, w.currency, w.happened_at
        from decided w
        cross join lateral (
            select d.* from decision d
            where d.brand_id = w.brand_id and d.sale_id = w.sale_id
            order by d.nr desc limit 1
        ) d
        cross join lateral (values
            ('commission', 'creator', d.creator_id, d.available_on, (case when w.net_base < w.base_minor and commission_kept(w.brand_id, w.source, w.order_ref, d.terms_id)
                then w.base_minor else w.net_base end * d.rate_bps + 5000) / 10000),
            ('fee', 'platform_revenue', null, null, (w.net_base * d.fee_bps + 5000) / 10000)
        ) side (kind, account, creator_id, available_on, amount)
        where d.rule is not null
        union all
        select w.brand_id, w.sale_id, e.kind, case e.kind when 'fee' then 'platform_revenue' else 'creator' end,
            e.creator_id, e.available_on, case e.debit when 'brand_funds' then -e.amount else e.amount end, e.seq,
            w.currency, w.happened_at
        from decided w
        cross join lateral (    -- offset 0: one look-up a line, never a join with all entries
            select * from entry e
            where e.brand_id = w.brand_id and e.kind in ('commission', 'fee') and e.cause = w.sale_id offset 0
        ) e
    ) sides
    group by brand_id, sale_id, kind, account, creator_id, available_on, currency, happened_at
) differences
where difference <> 0
