update channel h
set categories = coalesce(string_to_array(j.categories, '|'), '{}'), followers = j.followers,
    average_views = j.average_views, average_live_viewers = j.average_live_viewers,
    engagement_bps = j.engagement_percent * 100, audience_countries = coalesce(j.audience_countries, '{}'),
    verified_on = j.verified_on
from judged j
where j.changed and j.stored = h.id
