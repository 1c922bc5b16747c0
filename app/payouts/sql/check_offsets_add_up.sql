-- What a payout repaid of a debt and what it carried over, against its entries; nothing is carried without it.
select coalesce(o.payout_id, c.payout_id) payout_id, coalesce(o.brand_id, c.brand_id) brand_id, o.earned, o.repaid,
    o.carried, c.carried booked, linked.amount
from payout_offset o
full join (
    select brand_id, cause payout_id, sum(amount) filter (where credit = 'creator')::bigint carried,
        sum(case when credit = 'creator' then amount else -amount end) difference, count(*) entries,
        count(distinct (creator_id, currency, available_on)) places
    from entry where kind = 'carry' group by brand_id, cause
) c on c.brand_id = o.brand_id and c.payout_id = o.payout_id
left join lateral (
    select sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint amount
    from payout_line l join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
    where l.payout_id = o.payout_id and l.brand_id = o.brand_id
) linked on true
where o.payout_id is null or coalesce(c.carried, 0) <> o.carried or linked.amount is distinct from o.earned - o.repaid
    or coalesce(c.difference, 0) <> 0 or c.entries <> 2 or c.places <> 1
