-- The base of settlement.md section 1: one rounding at the end, half away from zero.
select s.*, case when s.minor <= 10000000000000 then round(s.minor)::bigint end as base_minor,
    case
        when s.brand_id is null then array['brand', 'there is no such brand, or it is not yours: import brands first']
        when scale(trim_scale(s.discount)) > s.digits then array['discount', 'more decimals than the currency has']
        when s.minor < 0 then array['discount', 'more than quantity times unit_price']
        when s.minor > 10000000000000 then array['quantity', 'quantity times unit_price is over 10^13 minor units']
        when s.unit_price * s.minors > 10000000000000 then array['unit_price', 'more than 10^13 minor units']
        when s.discount * s.minors > 10000000000000 then array['discount', 'more than 10^13 minor units']
    end as fault
from (
    select s.*, b.id as brand_id, m.digits, m.minors,
        (s.quantity * s.unit_price - coalesce(s.discount, 0)) * m.minors as minor
    from staged s
    join unnest(%(currencies)s::text[], %(digits)s::int[], %(minors)s::int[]) m (currency, digits, minors)
        on m.currency = s.currency
    left join brand b on b.handle = s.brand and (%(brands)s::int[] is null or b.id = any(%(brands)s))
    offset 0    -- reckon once
) s
