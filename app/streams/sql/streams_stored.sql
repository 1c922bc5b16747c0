select t.id, t.import_id, t.brand_id, t.ref as stream, c.handle as creator, b.handle as brand, t.platform, t.starts_at, t.ends_at,
    nullif(array_to_string(t.skus, '|'), '') as skus
from stream t
join creator c on c.id = t.creator_id
join brand b on b.id = t.brand_id
