-- A creator's month with all brands or with one, by currency, cut by the instant written: what was owed before, what was
-- earned and taken back, what was paid and came back, and what is owed at the end and where it stands on the UTC day
-- %(on)s. Owed is what stands on the creator's account and what is on its way: reserving a payout and releasing it move
-- money between the two.
select e.currency,
    coalesce(sum(m.owed) filter (where e.recorded_at < %(begin)s), 0)::bigint opening,
    coalesce(sum(e.amount) filter (where e.kind = 'commission' and m.owed > 0 and m.inside), 0)::bigint commissions,
    coalesce(sum(m.owed) filter (where e.kind = 'commission' and m.owed < 0 and m.inside), 0)::bigint refunds,
    coalesce(sum(m.owed) filter (where e.kind = 'bonus' and m.inside), 0)::bigint bonuses,
    coalesce(sum(m.owed) filter (where e.kind = 'vat' and m.inside), 0)::bigint vat,
    coalesce(sum(m.owed) filter (where e.kind = 'write_off' and m.inside), 0)::bigint written_off,
    coalesce(sum(m.owed) filter (where e.kind = 'settle' and m.inside), 0)::bigint paid,
    coalesce(sum(m.owed) filter (where e.kind = 'return' and m.inside), 0)::bigint returned,
    sum(m.owed)::bigint closing,
    coalesce(sum(m.owed - m.moving) filter (where e.available_on > %(on)s), 0)::bigint pending,
    coalesce(sum(m.owed - m.moving) filter (where e.available_on <= %(on)s), 0)::bigint payable,
    sum(m.moving)::bigint in_transit
from entry e
cross join lateral (
    select case when 'creator' in (e.credit, e.debit) and 'payouts_in_transit' in (e.credit, e.debit) then 0
            when e.credit = 'creator' then e.amount else -e.amount end owed,
        case when e.credit = 'payouts_in_transit' then e.amount
            when e.debit = 'payouts_in_transit' then -e.amount else 0 end moving,
        e.recorded_at >= %(begin)s inside
) m
where e.creator_id = %(creator)s and e.brand_id in (select id from brand)
    and (%(brand)s::bigint is null or e.brand_id = %(brand)s) and e.recorded_at < %(end)s
group by e.currency
order by e.currency
