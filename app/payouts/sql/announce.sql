-- Tells each brand that wants to hear of it what became of payouts with money of its own: its part, as the API shows it.
-- A payout that is sent anew (after its file was taken back) is told of again, at its new time.
with told as (
    select part.brand_id, 'payout.' || o.status type, o.public_id || ' ' || o.status_at fact, row_to_json(payout) data
    from payout o
    join creator c on c.id = o.creator_id
    join lateral (
        select l.brand_id, count(*) entries, sum(case when e.credit = 'creator' then e.amount else -e.amount end) amount
        from payout_line l
        join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
        where l.payout_id = o.id
        group by l.brand_id
    ) part on true
    cross join lateral (select coalesce((%(exponents)s::jsonb ->> o.currency)::int, 2) digits) money
    cross join lateral (
        select o.public_id id,
            (select row_to_json(x) from (select c.public_id id, c.handle) x) creator,
            o.currency, round(part.amount::numeric / 10::numeric ^ money.digits, money.digits)::text amount,
            part.entries, o.status,
            to_char(o.status_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') status_at, o.paid_on
    ) payout
    where o.id = any (%(payouts)s)
        and exists (
            select from outgoing_endpoint e
            where e.brand_id = part.brand_id and e.off_as is null and 'payout.' || o.status = any (e.types))
), made as (
    insert into outgoing_event (brand_id, type, fact, body, happened_at)
    select t.brand_id, t.type, t.fact, (select row_to_json(x) from (
        select t.type, to_char(%(at)s::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') "timestamp",
            t.data) x)::text, %(at)s
    from told t
    on conflict (brand_id, type, fact) do nothing
    returning id, brand_id, type
)
insert into outgoing_delivery (endpoint_id, event_id, next_try_at)
select e.id, m.id, %(at)s
from made m
join outgoing_endpoint e on e.brand_id = m.brand_id and e.off_as is null and m.type = any (e.types)
