insert into stream (ref, creator_id, brand_id, platform, starts_at, ends_at, skus, recorded_at, import_id)
select stream, creator_id, brand_id, platform, starts_at, ends_at, coalesce(string_to_array(skus, '|'), '{}'), %(at)s,
    %(import_id)s
from judged
where fresh
order by at_line
