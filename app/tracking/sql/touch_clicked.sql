-- A crash may lose a second of clicks: shops give them back.
insert into touch (brand_id, ref, visitor, creator_id, stream_id, occurred_at, recorded_at, import_id, link_id)
select %(brand_id)s, %(click_id)s, %(visitor)s, %(creator_id)s, %(stream_id)s::bigint, %(at)s, %(at)s, %(import_id)s, %(id)s
from (select set_config('synchronous_commit', 'off', true)) at_once
