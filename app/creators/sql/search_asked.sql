-- Words of a question: what finds each, whether it is a stop word of Dutch or English, and whether it finds anybody.
select a.word, a.query::text,
    numnode(plainto_tsquery('dutch', a.word)) = 0 or numnode(plainto_tsquery('english', a.word)) = 0,
    exists (select from search_document d where d.words @@ a.query)
from (
    select w.word, word_query(w.ways) as query from unnest(%(words)s::text[], %(ways)s::text[]) w (word, ways) offset 0
) a
