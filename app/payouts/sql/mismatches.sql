-- The payouts of a batch and rail of which our books and the bank's statements say something else, or nothing yet.
select p.public_id payout, c.name creator, p.amount, p.currency, p.status, p.paid_on,
    coalesce(bool_or(l.level = 'booking' and r.says = 'paid'), false) booked,
    coalesce(bool_or(l.level = 'booking' and r.says <> 'paid'), false) back
from payout p
join creator c on c.id = p.creator_id
left join bank_report_payout r on r.payout_id = p.id
left join bank_report_line l on l.id = r.line_id
where p.batch_id = %(batch)s and p.rail = %(rail)s and p.status in ('sent', 'paid', 'failed', 'returned')
group by p.id, c.id
having p.status = 'sent' or (p.status = 'paid') <> (coalesce(bool_or(l.level = 'booking' and r.says = 'paid'), false)
    and not coalesce(bool_or(l.level = 'booking' and r.says <> 'paid'), false))
order by c.name, p.id
limit 200
