select coalesce(t.brand_id, e.brand_id) brand_id, coalesce(t.id, e.cause) top_up, t.status, t.amount, e.entries, e.booked
from top_up t
full join (
    select brand_id, cause, count(*) entries, sum(amount)::bigint booked
    from entry where kind = 'top_up' group by brand_id, cause
) e on e.brand_id = t.brand_id and e.cause = t.id
where (coalesce(e.entries, 0), coalesce(e.booked, 0))
    is distinct from case when t.status = 'approved' then (1::bigint, t.amount) else (0::bigint, 0::bigint) end
union all
-- What was taken back stands once too, in the brand and currency of its top-up.
select r.brand_id, r.top_up_id, r.kind, r.amount, count(e.id), coalesce(sum(e.amount), 0)::bigint
from top_up_return r
join top_up t on t.id = r.top_up_id
left join entry e on e.brand_id = r.brand_id and e.kind = 'taken_back' and e.cause = r.id
group by r.id, t.id
having (count(e.id), sum(e.amount), t.brand_id, t.currency) is distinct from (1, r.amount, r.brand_id, r.currency)
