-- Target minus booked for each share of the lines of the batch, so that refunds keep every share exact. What is left of the
-- commission is reckoned as in 3_post_difference.sql, and cut by the weights.
with shared as (
    select w.brand_id, w.id as sale_id, w.currency, d.nr, d.available_on, coalesce(r.happened_at, w.occurred_at) as happened_at,
        (case when r.refunded > 0 and commission_kept(w.brand_id, w.source, w.order_ref, d.terms_id) then w.base_minor
            else w.base_minor - least(w.base_minor, r.refunded) end * d.rate_bps + 5000) / 10000 as commission
    from due q
    cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) w
    cross join lateral (
        select * from decision d where d.brand_id = w.brand_id and d.sale_id = w.id order by d.nr desc limit 1
    ) d
    cross join lateral (
        select coalesce(sum(r.amount), 0)::bigint as refunded, max(r.occurred_at) as happened_at
        from refund r
        where r.brand_id = w.brand_id and r.source = w.source and r.order_ref = w.order_ref and r.line_ref = w.line_ref
            and r.currency = w.currency and r.import_id <> all (%(withdrawn)s::int[])
    ) r
    where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(lines)s::bigint[]) and exists (
        select from decision_share x where x.brand_id = d.brand_id and x.sale_id = d.sale_id and x.nr = d.nr)
), sides as (
    select s.brand_id, s.sale_id, s.currency, s.happened_at, x.creator_id, s.available_on,
        (shares_of(s.commission, x.weights))[x.place] as amount, 0 as seq
    from shared s
    join decision_share x on x.brand_id = s.brand_id and x.sale_id = s.sale_id and x.nr = s.nr
    union all
    select s.brand_id, s.sale_id, s.currency, s.happened_at, e.creator_id, e.available_on,
        case when e.debit = 'brand_funds' then -e.amount else e.amount end, e.seq
    from shared s
    cross join lateral (
        select * from entry e
        where e.brand_id = s.brand_id and e.kind = 'commission' and e.cause = s.sale_id limit 2147483647
    ) e
)
insert into posting
select brand_id, case when difference > 0 then 'brand_funds' else 'creator' end,
    case when difference > 0 then 'creator' else 'brand_funds' end, creator_id, abs(difference), currency, 'commission',
    sale_id, last_seq + row_number() over (partition by brand_id, sale_id order by creator_id, available_on), available_on,
    happened_at
from (
    select brand_id, sale_id, creator_id, available_on, currency, happened_at, sum(amount) as difference,
        max(max(seq)) over (partition by brand_id, sale_id) as last_seq
    from sides
    group by brand_id, sale_id, creator_id, available_on, currency, happened_at
) differences
where difference <> 0
