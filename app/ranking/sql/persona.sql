-- What is the same of a creator in every market: tongues, platforms, the ages of the audience, how reliable they are
-- and how tired their audience is. Channels count by their followers, at least as one.
insert into persona (creator_id, country, first_language, languages, platforms, ages, reliability, events, fatigue)
with channels as materialized (
    select creator_id, platform, audience_ages, greatest(coalesce(followers, 0), 1) weight from channel
    where %(creators)s::int[] is null or creator_id = any (%(creators)s::int[])
), seen_on as (
    select creator_id, array_agg(platform order by platform) platforms
    from (select creator_id, platform from channels union select creator_id, platform from shown) anywhere
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
    f.value
from creator c
left join seen_on s on s.creator_id = c.id
left join aged a on a.creator_id = c.id
left join conduct k on k.creator_id = c.id
left join fatigue f on f.creator_id = c.id and f.brand_id = 0 and f.country = ''
where %(creators)s::int[] is null or c.id = any (%(creators)s::int[])
