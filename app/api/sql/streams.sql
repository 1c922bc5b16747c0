-- A brand's streams.
select s.starts_at key_at, s.id key_id, s.public_id id, s.ref, s.platform, s.starts_at, s.ends_at, s.skus,
    c.public_id creator_id, c.handle creator_handle, c.name creator_name
from stream s
join creator c on c.id = s.creator_id
where s.brand_id = %(brand)s
    and (%(id)s::uuid is null or s.public_id = %(id)s)
    and (%(creator)s::uuid is null or c.public_id = %(creator)s)
    and (%(key_at)s::timestamptz is null or (s.starts_at, s.id) < (%(key_at)s, %(key_id)s))
order by s.starts_at desc, s.id desc
limit %(limit)s
