-- Of these words, and of those for categories, the ones that stand in compounds.
select w.word from search_word w where w.part and w.word = any(%(words)s::text[])
union
select unnest(string_to_array(plain_words(c.word), ' ')) from category_word c
