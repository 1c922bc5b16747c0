select s.*, c.id as creator_id,
    case when c.id is null then array['creator', 'there is no such creator: import creators first'] end as fault
from staged s
left join creator c on c.handle = s.creator
