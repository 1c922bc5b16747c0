-- What creators brought a brand in a day's month and so many whole ones before it, in one currency, after refunds.
select coalesce(sum(net), 0)::bigint
from outcome
where brand_id = %(brand)s and currency = %(currency)s
    and month >= date_trunc('month', %(on)s::date)::date - make_interval(months => %(months)s)
    and month <= %(on)s
