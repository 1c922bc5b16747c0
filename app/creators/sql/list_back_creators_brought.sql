delete from creator c
using list_account a
where a.import_id = %(import_id)s and a.before is null and c.id = a.creator_id and c.import_id = a.import_id
