select brand_id, currency, sum(amount)::bigint amount from balance group by brand_id, currency having sum(amount) <> 0
