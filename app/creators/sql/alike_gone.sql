delete from creator_traits l where not exists (select from search_document d where d.creator_id = l.creator_id)
