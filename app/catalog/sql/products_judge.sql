select s.*, b.id as brand_id,
    case
        when b.id is null then array['brand', 'there is no such brand, or it is not yours: import brands first']
        when s.price * m.minors > 10000000000000 then array['price', 'more than 10^13 minor units']
    end as fault
from staged s
join unnest(%(currencies)s::text[], %(minors)s::int[]) m (currency, minors) on m.currency = s.currency
left join brand b on b.handle = s.brand and (%(brands)s::int[] is null or b.id = any(%(brands)s))
