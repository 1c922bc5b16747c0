update measure m
set orders = o.orders
from (
    select contract_id, currency, count(distinct (source, order_ref)) orders
    from line
    where in_month and contract_id = any (%(refund_rates)s::int[])
    group by contract_id, currency
) o
where o.contract_id = m.contract_id and o.currency = m.currency
