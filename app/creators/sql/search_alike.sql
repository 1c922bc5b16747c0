select f.word
from (
    select w.word, similarity(w.word, %(word)s) as alike, max(similarity(w.word, %(word)s)) over () as most
    from search_word w
    where w.said and w.word %% %(word)s
) f
where f.alike >= %(like)s and f.alike >= %(as_like)s * f.most
order by f.alike desc, f.word
limit 3
