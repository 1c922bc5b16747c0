-- Which channels the list brought, and how all it has are now.
insert into list_account (import_id, channel_id, creator_id, after)
select %(import_id)s, h.id, h.creator_id, listed_state(h, c)
from listed l
join channel h on h.id = l.channel_id
join creator c on c.id = h.creator_id
on conflict (import_id, channel_id) do update set after = excluded.after
