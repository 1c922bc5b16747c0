-- The newest list that has some of the same accounts and was imported later.
select k.file_name
from list_account a
join list_account b on b.channel_id = a.channel_id and b.import_id > a.import_id
join creator_list k on k.import_id = b.import_id
where a.import_id = %(import_id)s
order by b.import_id desc
limit 1
