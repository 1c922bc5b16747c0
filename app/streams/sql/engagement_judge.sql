select s.*, t.id as stream_id,
    case
        when t.id is null then array['stream', 'there is no such stream, or it is not yours: import streams first']
    end as fault
from staged s
left join stream t on t.ref = s.stream and (%(brands)s::int[] is null or t.brand_id = any(%(brands)s))
