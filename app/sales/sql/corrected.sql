-- The lines this correction touched whose decision or money changed, with what they were and are. `nrs` has the number of
-- the decision that stood before.
select s.brand_id, s.id sale_id, s.source, s.order_ref, s.line_ref, s.currency, d.nr > b.nr decided_anew,
    old.rule old_rule, old.label old_label, old.reason old_reason, old.creator_id old_creator_id,
    old.rate_bps old_rate_bps, d.rule, d.label, d.reason, d.creator_id, d.rate_bps,
    coalesce(e.commission, 0)::bigint commission_difference, coalesce(e.fee, 0)::bigint fee_difference
from due q
join unnest(%(lines)s::bigint[], %(nrs)s::int[]) b (id, nr) on b.id = q.id
cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) s
cross join lateral (
    select d.* from decision d where d.brand_id = q.brand_id and d.sale_id = q.sale_id order by d.nr desc limit 1
) d
left join decision old on old.brand_id = q.brand_id and old.sale_id = q.sale_id and old.nr = b.nr
left join lateral (
    select sum(case when e.debit = 'brand_funds' then e.amount else -e.amount end) filter (where e.kind = 'commission')
            commission,
        sum(case when e.debit = 'brand_funds' then e.amount else -e.amount end) filter (where e.kind = 'fee') fee
    from entry e
    where e.brand_id = q.brand_id and e.kind in ('commission', 'fee') and e.cause = q.sale_id and e.recorded_at = %(at)s
) e on true
where q.lane = any (%(lanes)s::smallint[]) and (d.nr > b.nr or e.commission is not null or e.fee is not null)
order by s.brand_id, s.id
limit 1000
