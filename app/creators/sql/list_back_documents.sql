delete from search_document d
using list_account a
where a.import_id = %(import_id)s and a.before is null and d.creator_id = a.creator_id
