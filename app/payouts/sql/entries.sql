-- The single entries of a payout. A commission's cause is its sale line, which has a page of its own.
select brand.id as brand_id, brand.public_id as brand, brand.name, e.id, e.kind, e.cause, e.available_on, e.recorded_at,
    case when e.credit = 'creator' then e.amount else -e.amount end as amount,
    sale.order_ref, sale.line_ref, sale.occurred_at as sold_at
from payout_line l
join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
join brand on brand.id = l.brand_id
left join sale on sale.brand_id = e.brand_id and sale.id = e.cause and e.kind = 'commission'
where l.payout_id = %(payout)s
order by brand.name, brand.id, e.available_on, e.id
limit %(limit)s offset %(offset)s
