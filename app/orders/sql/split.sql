-- What a sale line has earned whom, as it is booked, and the newest decision on it.
select d.nr is not null decided, d.label, d.rule, (s.base_minor - coalesce(r.back, 0))::bigint base,
    coalesce(e.commission, 0)::bigint commission, coalesce(e.fee, 0)::bigint fee
from sale s
left join lateral (
    select d.nr, d.label, d.rule from decision d
    where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
) d on true
left join lateral (
    select least(coalesce(sum(r.amount), 0), s.base_minor) back from refund r
    where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
) r on true
left join lateral (
    select
        sum(case when debit = 'brand_funds' then amount else -amount end) filter (where kind = 'commission') commission,
        sum(case when debit = 'brand_funds' then amount else -amount end) filter (where kind = 'fee') fee
    from entry e where e.brand_id = s.brand_id and e.cause = s.id and e.kind in ('commission', 'fee')
) e on true
where s.brand_id = %(brand)s and s.id = %(sale)s
