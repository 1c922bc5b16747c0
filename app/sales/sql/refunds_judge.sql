select s.*, b.id as brand_id, m.minors,
    case
        when b.id is null then array['brand', 'there is no such brand, or it is not yours: import brands first']
        when scale(trim_scale(s.amount)) > m.digits then array['amount', 'more decimals than the currency has']
        when s.amount = 0 then array['amount', 'a refund is more than zero']
        when s.amount * m.minors > 10000000000000 then array['amount', 'more than 10^13 minor units']
    end as fault
from staged s
join unnest(%(currencies)s::text[], %(digits)s::int[], %(minors)s::int[]) m (currency, digits, minors)
    on m.currency = s.currency
left join brand b on b.handle = s.brand and (%(brands)s::int[] is null or b.id = any(%(brands)s))
