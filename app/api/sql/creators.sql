-- The creators a brand has, or had, contracts with.
select c.recorded_at key_at, c.id key_id, c.public_id id, c.handle, c.name, c.country, c.languages, c.timezone
from creator c
where c.id in (select creator_id from contract where brand_id = %(brand)s)
    and (%(id)s::uuid is null or c.public_id = %(id)s)
    and (%(key_at)s::timestamptz is null or (c.recorded_at, c.id) < (%(key_at)s, %(key_id)s))
order by c.recorded_at desc, c.id desc
limit %(limit)s
