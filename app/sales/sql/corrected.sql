-- The lines this correction touched whose decision or money changed, with what they were and are.
select w.brand_id, w.sale_id, s.source, s.order_ref, s.line_ref, s.currency, d.nr > w.nr decided_anew,
    old.rule old_rule, old.label old_label, old.reason old_reason, old.creator_id old_creator_id,
    old.rate_bps old_rate_bps, d.rule, d.label, d.reason, d.creator_id, d.rate_bps,
    coalesce(e.commission, 0)::bigint commission_difference, coalesce(e.fee, 0)::bigint fee_difference
from work w
join sale s on s.brand_id = w.brand_id and s.id = w.sale_id
cross join lateral (
    select d.* from decision d where d.brand_id = w.brand_id and d.sale_id = w.sale_id order by d.nr desc limit 1
) d
left join decision old on old.brand_id = w.brand_id and old.sale_id = w.sale_id and old.nr = w.nr
left join lateral (
    select sum(e.amount * case e.debit when 'brand_funds' then 1 else -1 end) filter (where e.kind = 'commission')
            commission,
        sum(e.amount * case e.debit when 'brand_funds' then 1 else -1 end) filter (where e.kind = 'fee') fee
    from entry e
    where e.brand_id = w.brand_id and e.kind in ('commission', 'fee') and e.cause = w.sale_id and e.recorded_at = %(at)s
) e on true
where d.nr > w.nr or e.commission is not null or e.fee is not null
order by w.brand_id, w.sale_id
limit 1000
