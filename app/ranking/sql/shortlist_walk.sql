    select creator_id, quality, freshness,
        1 - %(audience)s * (
            %(by_language)s::float8 * (1 - case
                when %(languages)s::text[] is null or first_language = any (%(languages)s::text[]) then 1.0::float8
                else %(other_tongue)s::float8 end)
            + %(by_age)s::float8 * (1 - case
                when %(ages)s::int[] is null then 1.0::float8
                when ages is null then %(unknown)s::float8
                else (ages[1] * (%(ages)s::int[])[1] + ages[2] * (%(ages)s::int[])[2]
                    + ages[3] * (%(ages)s::int[])[3] + ages[4] * (%(ages)s::int[])[4]
                    + ages[5] * (%(ages)s::int[])[5] + ages[6] * (%(ages)s::int[])[6])::float8 / 10000 end)
        ) people,
        case
            when price is null then %(assumed)s::float8
            when price_currency is distinct from %(currency)s then {foreign}
            else price::float8 end cost,
        {elsewhere} elsewhere
    from standing
    where country = b.country and category = b.category and quality >= {least}
        and (%(languages)s::text[] is null or languages && %(languages)s::text[])
        and (%(platforms)s::text[] is null or platforms && %(platforms)s::text[])
        and (%(ceiling)s::bigint is null or price is null or price_currency is distinct from %(currency)s
            or price <= %(ceiling)s::bigint)
    order by quality desc, creator_id
