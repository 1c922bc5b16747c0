select h.id, h.import_id, h.creator_id, c.handle as creator, h.platform, h.name, nullif(array_to_string(h.categories, '|'), '') as categories,
    h.followers, h.average_views, h.average_live_viewers, h.engagement_bps / 100.0 as engagement_percent,
    nullif(h.audience_countries, '{}') as audience_countries, h.verified_on
from channel h
join creator c on c.id = h.creator_id
