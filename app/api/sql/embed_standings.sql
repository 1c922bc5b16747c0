-- What one creator has with one brand, by currency: held, payable on the day %(on)s, on its way, and paid.
select e.currency,
    coalesce(sum(m.owed - m.moving) filter (where e.available_on > %(on)s), 0)::bigint pending,
    coalesce(sum(m.owed - m.moving) filter (where e.available_on <= %(on)s), 0)::bigint payable,
    sum(m.moving)::bigint in_transit,
    coalesce(sum(-m.owed) filter (where e.kind in ('settle', 'return')), 0)::bigint paid
from entry e
cross join lateral (
    select case when 'creator' in (e.credit, e.debit) and 'payouts_in_transit' in (e.credit, e.debit) then 0
            when e.credit = 'creator' then e.amount else -e.amount end owed,
        case when e.credit = 'payouts_in_transit' then e.amount
            when e.debit = 'payouts_in_transit' then -e.amount else 0 end moving
) m
where e.brand_id = %(brand)s and e.creator_id = %(creator)s
group by e.currency
order by e.currency
