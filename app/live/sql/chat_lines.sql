-- The last messages of a show, the oldest first, as `reader` may see them: what is hidden is seen by nobody, what a muted
-- visitor writes by themself alone. `since` leaves out what is older.
select id, name, text, at, person_id, own
from (
    select m.id, m.name, m.text, m.at, m.person_id, coalesce(m.visitor = %(reader)s, false) own
    from chat_message m left join chatter c using (show_id, visitor)
    where m.show_id = %(show)s and m.hidden_at is null and m.at >= %(since)s
        and (c.muted_at is null or m.visitor = %(reader)s)
    order by m.id desc limit %(most)s
) latest
order by id
