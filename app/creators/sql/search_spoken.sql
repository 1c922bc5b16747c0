-- The words of these creators that may be compounds, or have another form.
select distinct w.word
from (select distinct topics, synonyms, about from sought) s
cross join lateral unnest(string_to_array(concat_ws(' ', s.topics, s.synonyms, s.about), ' ')) w (word)
where w.word ~ '^[a-z]{5,60}$'
