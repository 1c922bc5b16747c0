-- What is the same of a creator in every market: tongues, platforms, reach, the ages of the audience, how reliable they
-- are and how tired their audience is. Channels count by their followers, at least as one; reach adds up.
insert into persona (creator_id, country, first_language, languages, platforms, ages, reliability, events, fatigue,
    followers, live_viewers, views, engagement)
with channels as materialized (
    select creator_id, platform, audience_ages, greatest(coalesce(followers, 0), 1) weight, followers,
        average_live_viewers, average_views, engagement_bps
    from channel
    where %(creators)s::int[] is null or creator_id = any (%(creators)s::int[])
), seen_on as (
    select creator_id, array_agg(platform order by platform) platforms
    from (select creator_id, platform from channels union select creator_id, platform from shown) anywhere
    group by creator_id
), reached as (
    select creator_id, sum(followers)::bigint followers, sum(average_live_viewers)::bigint live_viewers,
        sum(average_views)::bigint views, (sum(engagement_bps * weight) / nullif(
            sum(weight) filter (where engagement_bps is not null), 0))::float8 engagement
    from channels
    group by creator_id
), aged as (
    select creator_id, array_agg(share order by nr) ages
    from (
        select c.creator_id, b.nr,
            round(sum(c.weight * coalesce((c.audience_ages ->> b.band)::numeric, 0)) / sum(c.weight))::smallint share
        from channels c
        cross join unnest(%(ages)s::text[]) with ordinality b (band, nr)
        where c.audience_ages <> '{}'
        group by 1, 2
    ) shares
    group by creator_id
)
select c.id, c.country, left(coalesce(c.languages[1], ''), 2), c.languages, coalesce(s.platforms, '{}'), a.ages,
    (coalesce(k.good, 0) + %(good)s::float8) / (coalesce(k.events, 0) + %(events)s::float8), coalesce(k.events, 0),
    f.value, r.followers, r.live_viewers, r.views, r.engagement
from creator c
left join reached r on r.creator_id = c.id
left join seen_on s on s.creator_id = c.id
left join aged a on a.creator_id = c.id
left join conduct k on k.creator_id = c.id
left join fatigue f on f.creator_id = c.id and f.brand_id = 0 and f.country = ''
where %(creators)s::int[] is null or c.id = any (%(creators)s::int[])
