update stream_engagement e
set views = j.views, peak_viewers = j.peak_viewers, watch_seconds = j.watch_seconds, reactions = j.reactions,
    comments = j.comments, shares = j.shares
from judged j
where j.changed and j.stored = e.id
