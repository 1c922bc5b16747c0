-- The whole score of what was walked, for a brief without words.
    select l.creator_id, l.country, l.category, 0 found, f.freshness pair_freshness,
        l.quality - %(freshness)s * (l.freshness - least(l.freshness, f.freshness))
            + %(category)s * l.near + l.people + l.price score
    from {walked} l
    left join lateral (
        select 1 - value::float8 / 100 freshness
        from fatigue
        where creator_id = l.creator_id and brand_id = %(brand)s and country = '' and value is not null
        limit 1
    ) f on true
