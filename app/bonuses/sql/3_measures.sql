-- Each contract's month, grouped once. A line earns what settlement says of it.
insert into measure
select d.contract_id, s.currency, count(*), 0, sum(s.base_minor), sum(m.refunded),
    sum((case when m.refunded > 0 and commission_kept(s.brand_id, s.source, s.order_ref, d.terms_id) then s.base_minor
        else s.base_minor - m.refunded end * d.rate_bps + 5000) / 10000)::bigint, max(d.available_on)
from sale s
join decision d on d.brand_id = s.brand_id and d.sale_id = s.id
join deal k on k.contract_id = d.contract_id
left join given_back g on g.brand_id = s.brand_id and g.sale_id = s.id
cross join lateral (select least(s.base_minor, coalesce(g.amount, 0)) refunded) m
where s.occurred_at >= %(month_from)s and s.occurred_at < %(until)s         -- of all the contracts together
    and s.occurred_at >= k.begins_at and s.occurred_at < k.ends_at
    and (%(brands)s::int[] is null or s.brand_id = any (%(brands)s::int[]))
    and s.import_id <> all (%(withdrawn)s::int[])
    and not exists (    -- as in 2_lines.sql
        select from decision n
        where n.nr > 1 and n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
group by d.contract_id, s.currency
