-- Every word said of these creators, and every word for a category. What a word is a part of is known from what they say
-- of themselves: names are no words, and stop words would be parts of everything.
insert into search_word as known (word, said, part)
select word, said, part and word ~ '^[a-z]{3,20}$' and to_tsvector('dutch', word) <> ''
from (
    select word, bool_or(said), bool_or(part)
    from (
        select unnest(string_to_array(concat_ws(' ', s.called, s.spelled), ' ')), true, false from sought s
        union all
        select unnest(string_to_array(d.around, ' ')), true, false from (select distinct around from sought) d
        union all
        select unnest(string_to_array(d.topics || ' ' || d.synonyms, ' ')), true, true
        from (select distinct topics, synonyms from sought) d
        union all
        select a.word, true, length(a.word) >= 5
        from (select distinct about from sought) d
        cross join lateral unnest(string_to_array(d.about, ' ')) a (word)
        union all select unnest(string_to_array(plain_words(c.word), ' ')), false, true from category_word c
        union all
        select unnest(string_to_array(plain_words(n.name_en || ' ' || n.name_nl), ' ')), false, true
        from node n where n.tree = 'category'
        union all select unnest(%(ideas)s::text[]), false, true
    ) each (word, said, part)
    group by word
) found (word, said, part)
where word <> '' and word !~ '^~''' and length(word) <= 60
order by word
on conflict (word) do update set said = known.said or excluded.said, part = known.part or excluded.part
where (excluded.said and not known.said) or (excluded.part and not known.part)
