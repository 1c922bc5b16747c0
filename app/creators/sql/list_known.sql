-- The channels of these accounts that are known, by platform and name; where several are, the one written the same.
update listed l
set channel_id = found.id, creator_id = found.creator_id
from (
    select distinct on (l.line) l.line, h.id, h.creator_id
    from listed l
    join channel h on h.platform = %(platform)s and lower(h.name) = lower(l.name)
    where l.channel_id is null
    order by l.line, h.name = l.name desc, h.id
) found
where found.line = l.line
