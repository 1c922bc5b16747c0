-- Words of a question, parts of them, and what some are together: what finds each by what is said of a creator (no way
-- twice) and by name, and whether it is a stop word of Dutch or English.
select a.word, (
        select coalesce(string_agg(distinct way, ' | '), '')
        from string_to_table(word_query(a.ways)::text, ' | ') way where way <> ''
    ), a.name, numnode(plainto_tsquery('dutch', a.word)) = 0 or numnode(plainto_tsquery('english', a.word)) = 0
from unnest(%(words)s::text[], %(ways)s::text[], %(names)s::text[]) a (word, ways, name)
