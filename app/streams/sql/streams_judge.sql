select s.*, b.id as brand_id, c.id as creator_id,
    case
        when b.id is null then array['brand', 'there is no such brand, or it is not yours: import brands first']
        when c.id is null then array['creator', 'there is no such creator: import creators first']
        when s.ends_at <= s.starts_at then array['ends_at', 'must be after starts_at, or empty while the stream runs']
    end as fault
from staged s
left join brand b on b.handle = s.brand and (%(brands)s::int[] is null or b.id = any(%(brands)s))
left join creator c on c.handle = s.creator
