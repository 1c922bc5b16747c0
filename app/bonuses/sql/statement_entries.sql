-- What is booked for the bonuses of a contract's month, in order.
select m.bonus_id, e.seq, e.recorded_at, e.available_on,
    case when e.credit = 'creator' then e.amount else -e.amount end amount
from bonus_month m
join entry e on e.brand_id = m.brand_id and e.kind = 'bonus' and e.cause = m.id
where m.contract_id = %(contract)s and m.month = %(month)s
order by m.bonus_id, e.seq
