update search_word w set parts = coalesce(string_to_array(nullif(found.parts, ''), ' '), '{}')
from unnest(%(words)s::text[], %(parts)s::text[]) found (word, parts)
where w.word = found.word and w.parts is distinct from coalesce(string_to_array(nullif(found.parts, ''), ' '), '{}')
