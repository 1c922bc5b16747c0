select e.id, e.import_id, t.brand_id, e.stream_id, t.ref as stream, e.views, e.peak_viewers, e.watch_seconds, e.reactions,
    e.comments, e.shares
from stream_engagement e
join stream t on t.id = e.stream_id
