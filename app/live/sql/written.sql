-- The latest messages of a show for its moderators, the newest first.
select m.id, m.name, m.text, m.at, m.person_id is not null of_show, m.hidden_at is not null hidden,
    c.muted_at is not null muted
from chat_message m left join chatter c using (show_id, visitor)
where m.show_id = %(show)s
order by m.id desc limit %(most)s
