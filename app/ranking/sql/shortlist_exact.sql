-- The whole score of what was walked, for a brief with words.
    select l.creator_id, l.country, l.category, w.found, f.freshness pair_freshness, l.asked,
        l.quality - %(freshness)s * (l.freshness - least(l.freshness, f.freshness))
            + %(category)s * (%(without_words)s::float8 * l.near
                + %(by_words)s::float8 * (w.found::float8 / cardinality(a.queries)))
            + l.people + case
                when l.elsewhere and %(ceiling)s::bigint is not null then %(price)s * case
                    when l.asked is null then %(unknown)s::float8
                    else 1 - l.asked::float8 / %(ceiling)s::float8 end
                else l.price end score
    from {walked} l
    cross join (select array(select word_query(word) from unnest(%(words)s::text[]) word) queries offset 0) a
    left join lateral (
        select 1 - value::float8 / 100 freshness
        from fatigue
        where creator_id = l.creator_id and brand_id = %(brand)s and country = '' and value is not null
        limit 1
    ) f on true
    cross join lateral (
        select coalesce((
            select found_words(d.words, a.queries) from search_document d where d.creator_id = l.creator_id), 0) found
    ) w
    where l.asked is null or %(ceiling)s::bigint is null or l.asked <= %(ceiling)s::bigint
