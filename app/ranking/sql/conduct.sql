-- What says whether a creator can be relied on, in [since, until): streams under a contract, samples, answers within a
-- week to what brands asked (a later answer says nothing, none at all is bad), and exclusivities that were broken.
insert into conduct (creator_id, good, events)
select creator_id, sum(good), sum(events)
from (
    select creator_id, count(*) filter (where kept) good, count(*) events
    from shown
    where sponsored
    group by creator_id
    union all
    select creator_id, count(*) filter (where status = 'fulfilled'), count(*)
    from sample
    where status in ('fulfilled', 'missed')
        and case status when 'fulfilled' then fulfilled_at else missed_at end >= %(since)s
        and case status when 'fulfilled' then fulfilled_at else missed_at end < %(until)s
    group by creator_id
    union all
    select o.creator_id, count(*) filter (where r.status <> 'expired'), count(*)
    from offer o
    join offer_round r on r.offer_id = o.id
    where r.side = 'brand' and r.closed_at >= %(since)s and r.closed_at < %(until)s
        and (r.status = 'expired'
            or r.status in ('countered', 'accepted', 'declined') and r.closed_at - r.sent_at <= interval '7 days')
    group by o.creator_id
    union all
    select creator_id, count(*) filter (where status <> 'lapsed'), count(*)
    from approach
    where answered_at >= %(since)s and answered_at < %(until)s
        and (status = 'lapsed' or answered_at - sent_at <= interval '7 days')
    group by creator_id
    union all
    select k.creator_id, 0, %(breach)s::int * count(*)
    from breach b
    join contract k on k.id = b.contract_id
    where b.status = 'upheld' and b.decided_at >= %(since)s and b.decided_at < %(until)s
    group by k.creator_id
) events
where %(creators)s::int[] is null or creator_id = any (%(creators)s::int[])
group by creator_id
