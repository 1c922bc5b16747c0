-- Which channels the list has, how they were, and the figures of the same day that it is going to replace. They are
-- locked: what their creators change from here on they change after the list.
insert into list_account (import_id, channel_id, creator_id, before)
select %(import_id)s, h.id, h.creator_id, listed_state(h, c) || jsonb_build_object('figures', (
        select coalesce(jsonb_agg(to_jsonb(f)), '[]') from figure f
        where f.channel_id = h.id and f.source = 'creator_list' and f.measured_on = %(measured_on)s))
from listed l
join channel h on h.id = l.channel_id
join creator c on c.id = h.creator_id
for no key update of h, c
on conflict do nothing
