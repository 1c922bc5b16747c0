-- Creators whose money waits for themselves: what is due by currency, what they have to mend, and since when it is due and
-- in the way both. Most creators have no obstacle, so that this looks at few.
create temporary table waiting_now on commit drop as
select due.creator_id, due.currency, due.amount, blocked.codes,
    greatest(blocked.since, earliest.available_on::timestamp at time zone 'UTC') as since
from (
    select creator_id, min(since) as since, array_agg(code order by since, code) as codes
    from creator_obstacle where code = any(%(theirs)s) group by creator_id
) blocked
join (
    select creator_id, currency, sum(amount)::bigint as amount
    from (
        select brand_id, creator_id, currency, sum(amount) as amount
        from balance
        where account = 'creator' and available_on <= %(on)s
            and creator_id in (select creator_id from creator_obstacle where code = any(%(theirs)s))
        group by brand_id, creator_id, currency having sum(amount) > 0
    ) part
    group by creator_id, currency
) due using (creator_id)
join lateral (
    select min(e.available_on) as available_on
    from brand b
    join entry e on e.brand_id = b.id and e.creator_id = due.creator_id and e.available_on <= %(on)s
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    where e.currency = due.currency and e.kind in ('commission', 'bonus', 'vat') and e.credit = 'creator'
        and l.entry_id is null
) earliest on earliest.available_on is not null
