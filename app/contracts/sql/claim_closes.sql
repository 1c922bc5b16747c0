select 1
from claim
where contract_id = %(contract)s and kind = 'block' and lanes @> %(brand)s::int and period && %(period)s::text::tstzrange
    and (%(categories)s::text is null or categories && %(categories)s::text::int4multirange)
limit 1
