delete from channel h
using list_account a
where a.import_id = %(import_id)s and a.before is null and h.id = a.channel_id and h.import_id = a.import_id
