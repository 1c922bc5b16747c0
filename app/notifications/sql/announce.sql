-- One event, and a delivery to each endpoint of the brand that wants its type. Nothing at all where none does.
with made as (
    insert into outgoing_event (brand_id, type, fact, body, happened_at)
    select %(brand)s, %(type)s, %(fact)s, %(body)s, %(at)s
    where exists (
        select from outgoing_endpoint e where e.brand_id = %(brand)s and e.off_as is null and %(type)s = any (e.types))
    on conflict (brand_id, type, fact) do nothing
    returning id, brand_id, type
)
insert into outgoing_delivery (endpoint_id, event_id, next_try_at)
select e.id, m.id, %(at)s
from made m
join outgoing_endpoint e on e.brand_id = m.brand_id and e.off_as is null and m.type = any (e.types)
