insert into touch (brand_id, ref, visitor, creator_id, stream_id, occurred_at, recorded_at, import_id)
select brand_id, touch, decode(visitor, 'hex'), creator_id, stream_id, occurred_at, %(at)s, %(import_id)s
from judged
where fresh
