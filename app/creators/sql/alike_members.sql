insert into member (creator_id, kind, category, market, language, age, size)
select creator_id, 2, unnest(categories), market, language, age, size from creator_traits
union all
select creator_id, 1, unnest(branches), market, language, age, size from creator_traits
