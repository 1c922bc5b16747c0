insert into sought (creator_id, name, said_name, called, accounts, topics, synonyms, phrases, about, around, facets,
    followers, level, live_viewers, views, engagement_bps, growth_bps, gained, grown_since)
with wanted as (
    select c.id, c.name, c.handle, c.country, c.languages
    from creator c
    where %(creators)s::int[] is null or c.id = any(%(creators)s::int[])
),
chosen as (
    select w.id, ch.id as channel_id, ch.platform, ch.name, ch.categories, ch.followers, ch.audience_countries,
        ch.average_live_viewers, ch.average_views, ch.engagement_bps
    from wanted w join channel ch on ch.creator_id = w.id
),
-- Words of files for categories: where two nodes share a name the first in the tree is meant.
known as (
    select distinct on (w.word) w.word, n.id as node_id
    from node n
    cross join lateral unnest(array[lower(n.code), lower(n.name_en), lower(n.name_nl)]) w (word)
    where n.tree = 'category'
    order by w.word, n.lo
),
filed as (  -- how channels are filed in lists
    select c.id, c.word, k.node_id
    from (select distinct id, lower(unnest(categories)) as word from chosen) c
    left join known k on k.word = c.word
),
declared as (
    select p.creator_id as id, p.node_id from profile_category p join wanted w on w.id = p.creator_id
    union
    select f.id, f.node_id from filed f where f.node_id is not null
),
node_words as (  -- for every category: its names, other words for it, the names above it, and itself and those above
    select n.id as node_id,
        concat_ws(' ', n.name_en, n.name_nl) as names,
        (select string_agg(s.word, ' ' order by s.word) from category_word s
            where s.node_id = n.id and plain_words(s.word) !~ ' ') as synonyms,
        array(select distinct plain_words(s.word) from category_word s
            where s.node_id = n.id and plain_words(s.word) ~ ' ') as phrases,
        string_agg(concat_ws(' ', a.name_en, a.name_nl), ' ' order by a.lo) filter (where a.id <> n.id) as above,
        array_agg('c:' || a.id order by a.lo) as facets
    from node n
    join node a on a.tree = n.tree and a.lo <= n.lo and n.hi <= a.hi and a.parent_id is not null
    where n.tree = 'category'
    group by n.id
),
topics as (
    select d.id, string_agg(nw.names, ' ' order by d.node_id) as names,
        string_agg(nw.synonyms, ' ' order by d.node_id) as synonyms,
        string_agg(nw.above, ' ' order by d.node_id) as above, string_agg(array_to_string(nw.phrases, '|'), '|') as phrases
    from declared d join node_words nw using (node_id)
    group by d.id
),
unknown as (
    select f.id, string_agg(f.word, ' ' order by f.word) as words from filed f where f.node_id is null group by f.id
),
channels as (
    select c.id, string_agg(c.name, ' ' order by c.name) as names, array_agg(c.name order by c.name) as accounts,
        max(c.followers) as followers, string_agg(distinct c.platform, ' ') as platforms,
        max(c.average_live_viewers) as live_viewers, max(c.average_views) as views,
        (array_agg(c.engagement_bps order by c.followers desc nulls last, c.channel_id)
            filter (where c.engagement_bps is not null))[1] as engagement_bps
    from chosen c group by c.id
),
counted as (  -- the followers of a channel by its newest list, and by the newest that was made a week before or more
    select c.id, c.channel_id, n.value, n.measured_on, b.value as earlier, b.measured_on as earlier_on
    from chosen c
    cross join lateral (
        select f.value, f.measured_on from figure f
        where f.channel_id = c.channel_id and f.what = 'followers' and f.source = 'creator_list'
        order by f.measured_on desc limit 1
    ) n
    cross join lateral (
        select f.value, f.measured_on from figure f
        where f.channel_id = c.channel_id and f.what = 'followers' and f.source = 'creator_list'
            and f.measured_on <= n.measured_on - 7
        order by f.measured_on desc limit 1
    ) b
    where b.value > 0
),
grown as (  -- of the largest channel
    select distinct on (c.id) c.id, c.value - c.earlier as gained, c.earlier_on as since,
        round(greatest(-10000, least(10000000,
            (c.value - c.earlier)::numeric * 10000 * 30 / c.earlier / (c.measured_on - c.earlier_on))))::int as growth_bps
    from counted c
    order by c.id, c.value desc, c.channel_id
),
market as (  -- where a creator is at home, or a twentieth of an audience is
    select w.id, w.country from wanted w where w.country <> 'ZZ'
    union
    select c.id, a.country from chosen c cross join lateral jsonb_each_text(c.audience_countries) a (country, share)
    where a.share::int >= 500
),
places as (
    select m.id, string_agg(concat_ws(' ', n.name_en, n.name_nl), ' ' order by m.country) as names
    from market m join node n on n.tree = 'territory' and n.code = m.country
    group by m.id
),
proven as (  -- sales that anybody may read of: over so many brands, or of one that has agreed
    select o.creator_id as id
    from outcome o
    left join result_consent r on r.creator_id = o.creator_id and r.brand_id = o.brand_id
    where o.month >= %(since)s and (%(creators)s::int[] is null or o.creator_id = any(%(creators)s::int[]))
    group by o.creator_id
    having count(distinct o.brand_id) filter (where r.brand_id is null or o.month > r.withdrawn_at) >= %(brands)s
        or count(*) filter (where r.brand_id is not null and r.withdrawn_at is null) > 0
),
here as (  -- who acts for themselves, or somebody for them, or has said something
    select m.creator_id as id from membership m where m.creator_id is not null and m.ended_at is null
    union
    select p.creator_id from profile p
),
facet as (
    select d.id, unnest(nw.facets) as facet from declared d join node_words nw using (node_id)
    union select m.id, 'm:' || m.country from market m
    union select w.id, 'l:' || unnest(w.languages) from wanted w
    union select c.id, 'p:' || c.platform from chosen c
    union select p.id, 'verified' from proven p
),
facets as (
    select f.id, array_agg(f.facet order by f.facet collate "C") as facets from facet f group by f.id
),
-- Thousands of one list are described alike: each way once is made plain.
described as materialized (
    select w.id, concat_ws(' ', array_to_string(p.keywords, ' '), t.names, u.words) as topics,
        coalesce(t.synonyms, '') as synonyms, concat_ws(' ', t.above, l.names, c.platforms) as around
    from wanted w
    left join channels c on c.id = w.id
    left join profile p on p.creator_id = w.id
    left join topics t on t.id = w.id
    left join unknown u on u.id = w.id
    left join places l on l.id = w.id
),
plain as materialized (
    select d.said, plain_words(d.said) as words
    from (select topics from described union select synonyms from described union select around from described) d (said)
)
select w.id, plain_words(normalize(w.name, nfkc)),
    concat_ws(' ', w.name, w.handle, c.names),
    plain_words(normalize(concat_ws(' ', w.name, w.handle, c.names, regexp_replace(w.handle, '^.*:|[^[:alnum:]]+', '', 'g'),
        (select string_agg(regexp_replace(a, '[^[:alnum:]]+', '', 'g'), ' ') from unnest(c.accounts) a)), nfkc)),
    array(select distinct lower(normalize(a, nfkc)) from unnest(c.accounts || w.handle
        || regexp_replace(w.handle, '^[a-z]+:', '')) a where length(a) <= 200 order by 1),
    topic.words,
    synonym.words,
    coalesce(string_to_array(t.phrases, '|'), '{}'),
    plain_words(coalesce(p.about, '')),
    circle.words,
    coalesce(f.facets, '{}'), c.followers,
    case when v.id is not null then 2 when h.id is not null then 1 else 0 end,
    c.live_viewers, c.views, c.engagement_bps, g.growth_bps, g.gained, g.since
from wanted w
join described d on d.id = w.id
join plain topic on topic.said = d.topics
join plain synonym on synonym.said = d.synonyms
join plain circle on circle.said = d.around
left join channels c on c.id = w.id
left join profile p on p.creator_id = w.id
left join topics t on t.id = w.id
left join facets f on f.id = w.id
left join proven v on v.id = w.id
left join here h on h.id = w.id
left join grown g on g.id = w.id
