-- The whole contribution of what was walked, for a brief without words.
    select l.creator_id, l.country, l.category, 0 found, f.freshness pair_freshness, l.asked,
        l.scale * (l.quality * (1 - %(category)s * (1 - l.near)) * l.people
                * (1 - %(freshness)s * (1 - least(l.freshness, f.freshness))))
            - case when l.elsewhere then coalesce(l.asked::float8, %(assumed)s::float8) else l.cost end
            - %(fixed)s::float8 score
    from {walked} l
    left join lateral (
        select 1 - value::float8 / 100 freshness
        from fatigue
        where creator_id = l.creator_id and brand_id = %(brand)s and country = '' and value is not null
        limit 1
    ) f on true
    where l.asked is null or %(ceiling)s::bigint is null or l.asked <= %(ceiling)s::bigint
