-- The work a contract claims, as it is stored, in so far as it lies in a period.
select lanes, categories, platforms, territories, formats, period * %(period)s::text::tstzrange as period
from claim
where contract_id = %(contract)s and kind = 'work' and period && %(period)s::text::tstzrange
order by id
