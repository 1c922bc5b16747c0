-- Every entry of a creator's month that changes what is owed, in the order in which they were written; with all brands,
-- or with one.
select e.brand_id, e.id, e.recorded_at, b.name brand_name, b.public_id brand_uuid, e.kind, e.currency, e.available_on,
    case when e.credit = 'creator' then e.amount else -e.amount end amount,
    s.id sale_id, s.order_ref, s.line_ref, n.kind bonus, m.month bonus_month, p.reference payout_ref, p.public_id payout_uuid,
    i.number invoice, i.public_id invoice_uuid
from entry e
join brand b on b.id = e.brand_id
left join sale s on e.kind = 'commission' and s.brand_id = e.brand_id and s.id = e.cause
left join bonus_month m on e.kind = 'bonus' and m.brand_id = e.brand_id and m.id = e.cause
left join bonus n on n.id = m.bonus_id
left join invoice i on e.kind = 'vat' and i.id = e.cause
left join payout p on e.kind in ('settle', 'return') and p.id = e.cause
where e.creator_id = %(creator)s and e.brand_id in (select id from brand)
    and (%(brand)s::bigint is null or e.brand_id = %(brand)s)
    and e.kind in ('commission', 'bonus', 'vat', 'write_off', 'settle', 'return')
    and e.recorded_at >= %(begin)s and e.recorded_at < %(end)s
order by e.recorded_at, e.brand_id, e.id
