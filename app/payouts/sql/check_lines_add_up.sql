select brand_id, sale_id, kind, creator_id, available_on, sum(amount)::bigint difference
from (
    select d.brand_id, d.sale_id, side.kind, side.creator_id, side.available_on, side.amount
    from decision d
    join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
    left join import brought on brought.id = s.import_id
    cross join lateral (
        select least(s.base_minor, coalesce(sum(r.amount), 0))::bigint refunded
        from refund r left join import i on i.id = r.import_id
        where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
            and r.currency = s.currency and i.withdrawn_at is null
    ) r
    cross join lateral (
        select whole.kind, coalesce(x.creator_id, whole.creator_id), whole.available_on,
            case when x.place is null then whole.amount else (shares_of(whole.amount, x.weights))[x.place] end
        from (values
        ('commission', d.creator_id, d.available_on, ((case when r.refunded > 0 and commission_kept(s.brand_id, s.source,
            s.order_ref, d.terms_id) then s.base_minor else s.base_minor - r.refunded end) * d.rate_bps + 5000) / 10000),
        ('fee', null, null, ((s.base_minor - r.refunded) * d.fee_bps + 5000) / 10000)
        ) whole (kind, creator_id, available_on, amount)
        left join decision_share x on whole.kind = 'commission' and x.brand_id = d.brand_id and x.sale_id = d.sale_id
            and x.nr = d.nr
    ) side (kind, creator_id, available_on, amount)
    where d.rule is not null and brought.withdrawn_at is null   -- a withdrawn line's target is nothing
        and not exists (select from decision n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
        -- a line with something due is about to change
        and not exists (
            select from due q where q.brand_id = s.brand_id and q.source = s.source and q.order_ref = s.order_ref
                and q.line_ref = s.line_ref)
        and not exists (
            select from due_aside q where q.brand_id = s.brand_id and q.source = s.source
                and q.order_ref = s.order_ref and q.line_ref = s.line_ref and q.resolved_at is null)
    union all
    select e.brand_id, e.cause, e.kind, e.creator_id, e.available_on,
        case when e.debit = 'brand_funds' then -e.amount else e.amount end
    from entry e
    where e.kind in ('commission', 'fee')
        and not exists (
            select from due q join sale s using (brand_id, source, order_ref, line_ref)
            where s.brand_id = e.brand_id and s.id = e.cause)
        and not exists (
            select from due_aside q join sale s using (brand_id, source, order_ref, line_ref)
            where s.brand_id = e.brand_id and s.id = e.cause and q.resolved_at is null)
) sides
group by brand_id, sale_id, kind, creator_id, available_on
having sum(amount) <> 0
