-- What is still as the list left it becomes what it was before.
update channel h
set followers = case when h.followers is not distinct from (a.after ->> 'followers')::bigint
        then (a.before ->> 'followers')::bigint else h.followers end,
    average_views = case when h.average_views is not distinct from (a.after ->> 'average_views')::bigint
        then (a.before ->> 'average_views')::bigint else h.average_views end,
    average_live_viewers = case when h.average_live_viewers is not distinct from (a.after ->> 'average_live_viewers')::bigint
        then (a.before ->> 'average_live_viewers')::bigint else h.average_live_viewers end,
    engagement_bps = case when h.engagement_bps is not distinct from (a.after ->> 'engagement_bps')::int
        then (a.before ->> 'engagement_bps')::int else h.engagement_bps end,
    categories = case when to_jsonb(h.categories) = a.after -> 'categories'
        then array(select jsonb_array_elements_text(a.before -> 'categories')) else h.categories end
from list_account a
where a.import_id = %(import_id)s and a.before is not null and a.channel_id = h.id
