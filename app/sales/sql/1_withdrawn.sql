-- Of these lines, those whose import has been withdrawn, and the others.
select coalesce(array_agg(q.id) filter (where s.import_id = any (%(withdrawn)s::int[])), '{}')::text,
    coalesce(array_agg(q.id) filter (where s.import_id <> all (%(withdrawn)s::int[])), '{}')::text
from due q
cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) s
where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(lines)s::bigint[])
