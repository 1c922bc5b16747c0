-- What a creator sold in each market, category and money over the months that count, and what is left after refunds.
select country::text, category, currency::text, sum(orders)::int, sum(gross)::bigint, sum(net)::bigint
from outcome
where creator_id = %(creator)s
group by country, category, currency
