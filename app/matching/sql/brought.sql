-- What creators brought a brand since an instant, in one currency, settled and after refunds (settlement.md section 6).
with sold as materialized (
    select s.source, s.order_ref, s.line_ref, s.base_minor
    from sale s
    cross join lateral (
        select d.creator_id from decision d
        where d.brand_id = s.brand_id and d.sale_id = s.id
        order by d.nr desc limit 1
    ) newest
    where s.brand_id = %(brand)s and s.currency = %(currency)s and s.occurred_at > %(since)s and s.occurred_at <= %(at)s
        and newest.creator_id is not null
), given_back as (
    select r.source, r.order_ref, r.line_ref, sum(r.amount) amount
    from refund r
    left join import i on i.id = r.import_id
    where r.brand_id = %(brand)s and r.currency = %(currency)s and i.withdrawn_at is null
    group by r.source, r.order_ref, r.line_ref
)
select coalesce(sum(s.base_minor - least(s.base_minor, coalesce(b.amount, 0))), 0)::bigint
from sold s
left join given_back b using (source, order_ref, line_ref)
