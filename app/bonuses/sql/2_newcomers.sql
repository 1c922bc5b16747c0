insert into newcomer
select s.brand_id, s.visitor, min(s.occurred_at)
from sale s
where s.brand_id in (select brand_id from promise where measure = 'new_customers')
    and s.import_id <> all (%(withdrawn)s::int[])
    and (s.brand_id, s.visitor) in (select brand_id, visitor from line where visitor is not null)
group by s.brand_id, s.visitor
