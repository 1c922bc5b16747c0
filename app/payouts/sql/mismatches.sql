-- The payouts of a batch and rail of which our books and the bank's statements, or Stripe's books, say something else, or
-- nothing yet.
select p.public_id payout, c.name creator, p.amount, p.currency, p.status, p.rail, p.paid_on, s.booked, s.back, s.net
from payout p
join creator c on c.id = p.creator_id
cross join lateral (
    select coalesce(bool_or(l.level = 'booking' and r.says = 'paid'), false) booked,
        coalesce(bool_or(l.level = 'booking' and r.says <> 'paid'), false) back,
        case when bool_or(l.level = 'booking' and r.says = 'paid')
            and not bool_or(l.level = 'booking' and r.says <> 'paid') then p.amount else 0 end net
    from bank_report_payout r join bank_report_line l on l.id = r.line_id
    where r.payout_id = p.id and p.rail <> 'stripe'
    having p.rail <> 'stripe'
    union all
    select coalesce(bool_or(m.kind = 'transfer'), false), coalesce(bool_or(m.kind = 'transfer_reversal'), false),
        coalesce(-sum(m.amount), 0)::bigint
    from transfer t join provider_movement m on m.about = t.provider_id and m.kind in ('transfer', 'transfer_reversal')
        and m.currency = t.currency
    where t.payout_id = p.id and t.status = 'arrived'
    having p.rail = 'stripe'
) s
where p.batch_id = %(batch)s and p.rail = %(rail)s and p.status in ('sent', 'paid', 'failed', 'returned')
    and (p.status = 'sent' or case when p.status = 'paid' then p.amount else 0 end <> s.net)
order by c.name, p.id
limit 200
