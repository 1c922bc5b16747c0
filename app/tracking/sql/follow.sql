-- A link by its code with all that decides where it leads and whether the click counts. Of a click that may count, the
-- clicks from the same place in the same minute are counted, this one included.
with found as (
    select l.id, l.brand_id, l.creator_id, l.stream_id, l.import_id, l.destination, l.status, b.handle,
        exists (select from terms m where m.contract_id = l.contract_id and m.valid @> %(at)s::timestamptz) covered,
        array(select d.domain from brand_domain d where d.brand_id = l.brand_id order by d.id) domains
    from link l
    join brand b on b.id = l.brand_id
    where l.code = %(code)s
), paced as (
    insert into click_pace as p (link_id, minute, place, clicks)
    select id, date_trunc('minute', %(at)s::timestamptz), %(place)s::bytea, 1
    from found
    where %(place)s::bytea is not null and covered and status = 'working'
    on conflict (link_id, minute, place) do update set clicks = p.clicks + 1
    returning clicks
)
select f.*, coalesce((select clicks from paced), 0) clicks,
    set_config('synchronous_commit', 'off', true)
from found f
