select t.id, t.import_id, t.brand_id, b.handle as brand, t.ref as touch, encode(t.visitor, 'hex') as visitor, c.handle as creator,
    m.ref as stream, t.occurred_at
from touch t
join brand b on b.id = t.brand_id
join creator c on c.id = t.creator_id
left join stream m on m.id = t.stream_id
