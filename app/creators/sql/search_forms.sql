-- Forms in which words of categories and creators stand in compounds: nobody says them alone.
insert into search_word as known (word, said, part)
select distinct word, false, true from unnest(%(forms)s::text[]) word
order by word
on conflict (word) do update set part = true where not known.part
