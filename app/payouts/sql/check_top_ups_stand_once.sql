select coalesce(t.brand_id, e.brand_id) brand_id, coalesce(t.id, e.cause) top_up, t.status, t.amount, e.entries, e.booked
from top_up t
full join (
    select brand_id, cause, count(*) entries, sum(amount)::bigint booked
    from entry where kind = 'top_up' group by brand_id, cause
) e on e.brand_id = t.brand_id and e.cause = t.id
where (coalesce(e.entries, 0), coalesce(e.booked, 0))
    is distinct from case t.status when 'approved' then (1::bigint, t.amount) else (0::bigint, 0::bigint) end
