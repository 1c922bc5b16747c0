-- A document is written anew only where it has changed.
-- Names stand for themselves only (".kok" is no cook), accounts and names are found whole too ("@name", "=a name"),
-- and so is what a few words together mean ("_sleeping bag" is no bag).
insert into search_document as old (creator_id, name, words, facets, followers, level, live_viewers, views, engagement_bps,
    growth_bps, gained, grown_since, changed_at)
with described as materialized (    -- thousands of one list are described alike
    select row_number() over () as nr, d.*
    from (select distinct topics, synonyms, phrases, about, around from sought) d
),
parts as (
    select d.nr, string_agg(array_to_string(k.parts, ' '), ' ' order by k.word) as words
    from described d
    cross join lateral (
        select distinct unnest(string_to_array(concat_ws(' ', d.topics, d.synonyms, d.about), ' '))
    ) w (word)
    join search_word k on k.word = w.word and k.parts <> '{}'
    group by d.nr
),
found_by as materialized (
    select d.topics, d.synonyms, d.phrases, d.about, d.around, setweight(stems(d.topics), 'A')
        || setweight(stems(d.synonyms) || (
            select coalesce(string_agg(distinct lexeme('_' || p) || ':1', ' '), '')::tsvector
            from unnest(d.phrases) p where p <> ''
        ), 'B')
        || setweight(stems(d.about), 'C') || setweight(stems(concat_ws(' ', d.around, p.words)), 'D') as words
    from described d
    left join parts p using (nr)
)
select s.creator_id, s.name, setweight(n.names, 'A') || d.words, s.facets, s.followers, s.level, s.live_viewers, s.views,
    s.engagement_bps, s.growth_bps, s.gained, s.grown_since, %(at)s
from sought s
join found_by d using (topics, synonyms, phrases, about, around)
cross join lateral (
    select coalesce(string_agg(lexeme(each) || ':1', ' ' order by each), '')::tsvector as names
    from (
        select case when starts_with(w, '~') then w else '.' || w end
        from unnest(string_to_array(concat_ws(' ', s.called, s.spelled), ' ')) w where w <> ''
        union select '@' || a from unnest(s.accounts) a
        union select '=' || s.name
    ) names (each)
    where length(each) <= 300
) n
order by s.creator_id
on conflict (creator_id) do update set name = excluded.name, words = excluded.words, facets = excluded.facets,
    followers = excluded.followers, level = excluded.level, live_viewers = excluded.live_viewers, views = excluded.views,
    engagement_bps = excluded.engagement_bps, growth_bps = excluded.growth_bps, gained = excluded.gained,
    grown_since = excluded.grown_since, changed_at = excluded.changed_at
where (old.name, old.words, old.facets, old.followers, old.level, old.live_viewers, old.views, old.engagement_bps,
        old.growth_bps, old.gained, old.grown_since)
    is distinct from (excluded.name, excluded.words, excluded.facets, excluded.followers, excluded.level,
        excluded.live_viewers, excluded.views, excluded.engagement_bps, excluded.growth_bps, excluded.gained,
        excluded.grown_since)
