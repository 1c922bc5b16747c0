-- What was reserved for a month is posted now (rules.md B20).
update reservation r
set released_at = %(at)s
from (select distinct contract_id from result where due) d
where r.kind = 'contract' and r.cause = d.contract_id and r.month = %(month)s and r.released_at is null
