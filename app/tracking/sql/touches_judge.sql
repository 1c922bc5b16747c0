select s.*, b.id as brand_id, c.id as creator_id, t.id as stream_id,
    case
        when b.id is null then array['brand', 'there is no such brand, or it is not yours: import brands first']
        when c.id is null then array['creator', 'there is no such creator: import creators first']
        when s.stream is not null and t.id is null then
            array['stream', 'there is no such stream of this brand and creator: import streams first']
    end as fault
from staged s
left join brand b on b.handle = s.brand and (%(brands)s::int[] is null or b.id = any(%(brands)s))
left join creator c on c.handle = s.creator
left join stream t on t.ref = s.stream and t.brand_id = b.id and t.creator_id = c.id
