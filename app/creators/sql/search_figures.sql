select creator_id, facets, live_viewers, views, engagement_bps, growth_bps, gained, grown_since
from search_document where creator_id = any(%(creators)s::int[])
