select count(distinct (s.brand_id, s.id))
from sale s
join entry e on e.brand_id = s.brand_id and e.kind = 'commission' and e.cause = s.id
join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
where s.import_id = %(import)s
