-- Which of these queries find anybody.
select q.query from unnest(%(queries)s::text[]) q (query)
where q.query <> '' and exists (select from search_document d where d.words @@ q.query::tsquery)
