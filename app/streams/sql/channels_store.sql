insert into channel (creator_id, platform, name, categories, followers, average_views, average_live_viewers,
    engagement_bps, audience_countries, verified_on, recorded_at, import_id)
select creator_id, platform, name, coalesce(string_to_array(categories, '|'), '{}'), followers, average_views,
    average_live_viewers, engagement_percent * 100, coalesce(audience_countries, '{}'), verified_on, %(at)s,
    %(import_id)s
from judged
where fresh
order by at_line
