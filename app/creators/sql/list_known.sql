-- The channels of these accounts that are known, by platform and name; where several are, the one written the same. What
-- this very list has brought is fresh.
update listed l
set channel_id = found.id, creator_id = found.creator_id, fresh = found.fresh
from (
    select distinct on (l.line) l.line, h.id, h.creator_id,
        coalesce(h.import_id = %(import_id)s, false) as fresh
    from listed l
    join channel h on h.platform = %(platform)s and lower(h.name) = lower(l.name)
    where l.channel_id is null
    order by l.line, h.name = l.name desc, h.id
) found
where found.line = l.line
