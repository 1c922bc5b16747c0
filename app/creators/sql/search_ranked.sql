select creator_id
from (
    select d.creator_id, coalesce(d.followers, -1) as followers,
        ts_rank('{0.05, 0.2, 0.5, 1}', d.words, %(order)s::tsquery, 1) as rank
    from (select d.* {base} limit %(candidates)s) d
) found
