insert into touch (brand_id, ref, visitor, creator_id, stream_id, occurred_at, recorded_at, import_id, link_id)
values (%(brand_id)s, %(click_id)s, %(visitor)s, %(creator_id)s, %(stream_id)s, %(at)s, %(at)s, %(import_id)s, %(id)s)
