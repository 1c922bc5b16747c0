-- What creators sold for the brand in its own currency, and what was left after refunds.
select coalesce(sum(gross), 0)::bigint as gross, coalesce(sum(net), 0)::bigint as net
from outcome
where brand_id = %(brand)s and currency = %(currency)s and month >= %(month)s and month <= %(at)s
