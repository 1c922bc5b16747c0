-- Words of a question, parts of them, and what some are together: what finds each by what is said of a creator and by
-- name, and whether it is a stop word of Dutch or English.
select a.word, case when a.ways = '' then '' else word_query(a.ways)::text end, a.name,
    numnode(plainto_tsquery('dutch', a.word)) = 0 or numnode(plainto_tsquery('english', a.word)) = 0
from unnest(%(words)s::text[], %(ways)s::text[], %(names)s::text[]) a (word, ways, name)
