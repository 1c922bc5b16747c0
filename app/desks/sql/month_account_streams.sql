-- The commissions of a creator's month by the stream that its sales are counted to, with all brands or with one; those
-- that belong to no stream (a code, a link elsewhere) together. Refunds and corrections are below zero.
select st.id stream_id, st.public_id stream_uuid, st.ref stream_ref, st.starts_at, b.public_id brand_uuid, b.id brand_id,
    b.name brand_name, e.currency, count(*) entries,
    coalesce(sum(e.amount) filter (where e.credit = 'creator'), 0)::bigint commissions,
    coalesce(-sum(e.amount) filter (where e.debit = 'creator'), 0)::bigint taken_back
from entry e
join brand b on b.id = e.brand_id
left join lateral (
    select d.stream_id from decision d where d.brand_id = e.brand_id and d.sale_id = e.cause
    order by d.nr desc limit 1) d on true
left join stream st on st.id = d.stream_id
where e.creator_id = %(creator)s and e.kind = 'commission' and (%(brand)s::bigint is null or e.brand_id = %(brand)s)
    and e.recorded_at >= %(begin)s and e.recorded_at < %(end)s
group by st.id, b.id, e.currency
order by st.starts_at nulls last, b.name, e.currency
limit %(limit)s
