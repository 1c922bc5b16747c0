select d.creator_id, ts_rank('{0.05, 0.2, 0.5, 1}', d.words, %(order)s::tsquery, 1) as rank
from (
    select creator_id, words, followers from search_document where words @@ %(query)s::tsquery limit %(candidates)s
) d
order by rank desc, coalesce(d.followers, -1) desc, d.creator_id
limit %(limit)s
