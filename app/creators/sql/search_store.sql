-- A document is written anew only where it has changed.
insert into search_document as old (creator_id, name, words, facets, followers, level, changed_at)
with parts as (
    select s.creator_id, string_agg(array_to_string(k.parts, ' '), ' ' order by k.word) as words
    from sought s
    cross join lateral (
        select distinct unnest(string_to_array(concat_ws(' ', s.topics, s.synonyms, s.about), ' '))
    ) w (word)
    join search_word k on k.word = w.word and k.parts <> '{}'
    group by s.creator_id
)
select s.creator_id, s.name,
    setweight(stems(s.called || ' ' || s.topics), 'A') || setweight(stems(s.synonyms), 'B')
    || setweight(stems(s.about), 'C') || setweight(stems(concat_ws(' ', s.around, p.words)), 'D'),
    s.facets, s.followers, s.level, %(at)s
from sought s
left join parts p using (creator_id)
order by s.creator_id
on conflict (creator_id) do update set name = excluded.name, words = excluded.words, facets = excluded.facets,
    followers = excluded.followers, level = excluded.level, changed_at = excluded.changed_at
where (old.name, old.words, old.facets, old.followers, old.level)
    is distinct from (excluded.name, excluded.words, excluded.facets, excluded.followers, excluded.level)
