-- What is due the longest, at an endpoint that is on, does not rest and is not being sent to; its endpoint is locked.
-- One look-up an endpoint: a hundred thousand events that wait for one are in nobody's way.
select e.id endpoint_id, d.event_id
from outgoing_endpoint e
cross join lateral (
    select d.event_id, d.next_try_at
    from outgoing_delivery d
    where d.endpoint_id = e.id and d.status = 'waiting' and d.next_try_at <= %(at)s
    order by d.next_try_at, d.event_id
    limit 1
) d
where e.off_as is null and e.free_at <= %(at)s and (e.claimed_until is null or e.claimed_until <= %(at)s)
order by d.next_try_at, d.event_id
limit 1
for update of e skip locked
