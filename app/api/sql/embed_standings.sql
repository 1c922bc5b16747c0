-- What one creator has with one brand, by currency: pending and payable on the day %(on)s, on hold whatever its day, on
-- its way, and paid.
select e.currency,
    coalesce(sum(m.owed - m.moving) filter (where not h.held and e.available_on > %(on)s), 0)::bigint pending,
    coalesce(sum(m.owed - m.moving) filter (where not h.held and e.available_on <= %(on)s), 0)::bigint payable,
    coalesce(sum(m.owed) filter (where h.held), 0)::bigint on_hold,
    sum(m.moving)::bigint in_transit,
    coalesce(sum(-m.owed) filter (where e.kind in ('settle', 'return')), 0)::bigint paid
from entry e
cross join lateral (
    select case when 'creator' in (e.credit, e.debit) and 'payouts_in_transit' in (e.credit, e.debit) then 0
            when e.credit = 'creator' then e.amount else -e.amount end owed,
        case when e.credit = 'payouts_in_transit' then e.amount
            when e.debit = 'payouts_in_transit' then -e.amount else 0 end moving
) m
cross join lateral (    -- what an assembly passes over (app/payouts/sql/payable_lines.sql)
    select e.kind = 'commission' and exists (
            select from commission_hold h
            where h.brand_id = e.brand_id and h.sale_id = e.cause and h.creator_id = e.creator_id
                and h.released_at is null)
        and not exists (
            select from payout_line l where l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null) held
) h
where e.brand_id = %(brand)s and e.creator_id = %(creator)s
group by e.currency
order by e.currency
