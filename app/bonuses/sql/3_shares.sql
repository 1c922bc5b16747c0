-- Commissions that are shared: 3_measures.sql has counted each whole for the contract that won it, here it goes to those of
-- all shares (rules.md B3).
insert into measure
select contract_id, currency, 0, 0, 0, 0, sum(amount)::bigint, max(available_on)
from (
    select side.contract_id, s.currency, side.amount, d.available_on
    from decision_share x
    join decision d on d.brand_id = x.brand_id and d.sale_id = x.sale_id and d.nr = x.nr
    join sale s on s.brand_id = x.brand_id and s.id = x.sale_id
    left join given_back g on g.brand_id = s.brand_id and g.sale_id = s.id
    cross join lateral (select least(s.base_minor, coalesce(g.amount, 0)) refunded) m
    cross join lateral (
        select (case when m.refunded > 0 and commission_kept(s.brand_id, s.source, s.order_ref, d.terms_id) then s.base_minor
            else s.base_minor - m.refunded end * d.rate_bps + 5000) / 10000 commission
    ) whole
    cross join lateral (
        select x.contract_id, (shares_of(whole.commission, x.weights))[x.place] amount
        union all
        select d.contract_id, -whole.commission where x.place = 1       -- once for each line
    ) side
    where s.occurred_at >= %(month_from)s and s.occurred_at < %(until)s
        and (%(brands)s::int[] is null or s.brand_id = any (%(brands)s::int[]))
        and s.import_id <> all (%(withdrawn)s::int[])
        and not exists (
            select from decision n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
        and exists (
            select from deal k where k.contract_id = side.contract_id
                and s.occurred_at >= k.begins_at and s.occurred_at < k.ends_at)
) moved
group by contract_id, currency
on conflict (contract_id, currency) do update set commission = measure.commission + excluded.commission,
    available_on = greatest(measure.available_on, excluded.available_on)
