-- The orders of which no event was applied before, each with the event that is now. In the order of their names, so that
-- two who claim the same ones wait for each other and never for themselves.
insert into webhook_latest (source, object_id, happened_at, event_id)
select %(source)s, object_id, happened_at, event_id
from unnest(%(objects)s::text[], %(instants)s::timestamptz[], %(events)s::bigint[]) told (object_id, happened_at, event_id)
order by object_id
on conflict do nothing
returning event_id
