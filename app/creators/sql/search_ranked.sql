-- The very account first, then the very name, then by rank: of whom it fits, and of very many of the largest only.
select creator_id
from (
    select d.creator_id, max(coalesce(d.followers, -1)) as followers,
        max(ts_rank('{0.05, 0.2, 0.5, 1}', d.words, %(ranked_by)s::tsquery, 1) + case
            when d.words @@ %(account)s::tsquery then 4 when d.words @@ %(name)s::tsquery then 2 else 0 end) as rank
    from (
        (select d.creator_id, d.words, d.followers {base} order by d.followers desc nulls last, d.creator_id
            limit %(candidates)s)
        union all
        select d.creator_id, d.words, d.followers {exact}
    ) d
    group by d.creator_id
) found
