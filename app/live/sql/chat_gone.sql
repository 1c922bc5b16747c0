-- The messages that were hidden, or whose writer was muted, since an instant.
select m.id
from chat_message m left join chatter c using (show_id, visitor)
where m.show_id = %(show)s and (m.hidden_at >= %(since)s or c.muted_at >= %(since)s)
order by m.id desc limit %(most)s
