insert into stream_engagement (stream_id, views, peak_viewers, watch_seconds, reactions, comments, shares, recorded_at,
    import_id)
select stream_id, views, peak_viewers, watch_seconds, reactions, comments, shares, %(at)s, %(import_id)s
from judged
where fresh
order by at_line
