-- What a creator sold for each brand in each whole month, by currency.
select currency, brand_id, month, sum(orders)::bigint as orders, sum(gross)::bigint as gross, sum(net)::bigint as net
from outcome
where creator_id = %(creator)s and month >= %(since)s and month < %(until)s
group by currency, brand_id, month
having sum(gross) > 0
order by currency, month, brand_id
