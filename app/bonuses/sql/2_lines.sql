-- The lines of the contracts that need them one by one, by their newest decisions: those of the month and, for thresholds
-- that are counted over a contract, those before it.
insert into line
select d.contract_id, s.brand_id, s.id, s.occurred_at, s.source, s.order_ref, s.visitor, s.currency, s.base_minor,
    m.refunded, case when x.weights is null then whole.commission else (shares_of(whole.commission, x.weights))[x.place] end,
    d.rate_bps, s.occurred_at >= k.begins_at
from sale s
join decision d on d.brand_id = s.brand_id and d.sale_id = s.id
join deal k on k.contract_id = d.contract_id
left join decision_share x on x.brand_id = d.brand_id and x.sale_id = d.sale_id and x.nr = d.nr
    and x.contract_id = d.contract_id
left join given_back g on g.brand_id = s.brand_id and g.sale_id = s.id
cross join lateral (select least(s.base_minor, coalesce(g.amount, 0)) refunded) m
cross join lateral (
    select (case when m.refunded > 0 and commission_kept(s.brand_id, s.source, s.order_ref, d.terms_id) then s.base_minor
        else s.base_minor - m.refunded end * d.rate_bps + 5000) / 10000 commission
) whole
where s.occurred_at >= %(from)s and s.occurred_at < %(until)s       -- of all the contracts together
    and s.occurred_at >= case when k.contract_id = any (%(long)s::int[]) then lower(k.period) else k.begins_at end
    and s.occurred_at < k.ends_at
    and k.contract_id = any (%(lined)s::int[])
    and (%(brands)s::int[] is null or s.brand_id = any (%(brands)s::int[]))
    and s.import_id <> all (%(withdrawn)s::int[])
    and not exists (    -- hardly any line is decided twice: these are few
        select from decision n
        where n.nr > 1 and n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
