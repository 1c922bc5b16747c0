-- The very account first, then the very name, then by rank: of whom it fits, and of very many of the largest only.
select creator_id, max(rank) as rank
from (
    select d.creator_id, d.followers, ts_rank('{0.05, 0.2, 0.5, 1}', d.words, %(order)s::tsquery, 1)
        + case when d.words @@ %(account)s::tsquery then 4 when d.words @@ %(name)s::tsquery then 2 else 0 end as rank
    from (
        (select creator_id, words, followers from search_document where words @@ %(query)s::tsquery
            order by followers desc nulls last, creator_id limit %(candidates)s)
        union all
        select creator_id, words, followers from search_document where words @@ %(exact)s::tsquery
    ) d
) found
group by creator_id, followers
order by rank desc, coalesce(followers, -1) desc, creator_id
limit %(limit)s
