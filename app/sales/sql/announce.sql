-- What this batch has decided and is about to post, for the systems of the brands that want to hear of it: an event for
-- each line that became a creator's by a new decision, and one for each change of a commission booked before. Names and
-- amounts are those of the API (amounts in major units); docs/webhooks.md shows both bodies.
with wanted as (
    select e.brand_id, bool_or('sale.attributed' = any (e.types)) sales, bool_or('commission.changed' = any (e.types)) changes
    from outgoing_endpoint e
    where e.brand_id = any (%(brands)s::int[]) and e.off_as is null
    group by e.brand_id
), settled as (     -- the lines, with their newest decision and the number of the one that stood before
    select q.brand_id, q.sale_id, s.source, s.order_ref, s.line_ref, s.occurred_at, s.base_minor, s.currency, b.nr,
        d.nr newest, d.rule, d.label, d.reason, d.creator_id, d.contract_id, d.stream_id, d.rate_bps, d.fee_bps,
        d.available_on, d.decided_at
    from due q
    join unnest(%(lines)s::bigint[], %(nrs)s::int[]) b (id, nr) on b.id = q.id
    cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) s
    cross join lateral (
        select * from decision d where d.brand_id = q.brand_id and d.sale_id = q.sale_id order by d.nr desc limit 1
    ) d
    where q.lane = any (%(lanes)s::smallint[])
), booked as (      -- what is booked of the lines decided before
    select q.brand_id, q.sale_id, e.kind, e.creator_id,
        case when e.debit = 'brand_funds' then e.amount else -e.amount end amount
    from due q
    cross join lateral (
        select * from entry e
        where e.brand_id = q.brand_id and e.kind in ('commission', 'fee') and e.cause = q.sale_id
        limit 2147483647
    ) e
    where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(before)s::bigint[])
), line as (
    select s.*, wanted.sales, wanted.changes, coalesce((%(exponents)s::jsonb ->> s.currency)::int, 2) digits
    from settled s
    join wanted on wanted.brand_id = s.brand_id
), moved as (       -- with what is about to be posted
    select brand_id, cause sale_id, kind, creator_id, case when debit = 'brand_funds' then amount else -amount end amount
    from posting where kind in ('commission', 'fee')
    union all
    select * from booked
), commission as (
    select brand_id, sale_id, creator_id, sum(amount) amount
    from moved where kind = 'commission' group by brand_id, sale_id, creator_id
), fee as (
    select brand_id, sale_id, sum(amount) amount from moved where kind = 'fee' group by brand_id, sale_id
), told as (
    select l.brand_id, 'sale.attributed' type, l.sale_id || '.' || l.newest fact, row_to_json(attributed) data
    from line l
    join creator c on c.id = l.creator_id
    join contract k on k.id = l.contract_id
    left join stream s on s.id = l.stream_id
    left join commission on commission.brand_id = l.brand_id and commission.sale_id = l.sale_id
        and commission.creator_id = l.creator_id
    left join fee on fee.brand_id = l.brand_id and fee.sale_id = l.sale_id
    cross join lateral (
        select (select row_to_json(x) from (select c.public_id id, c.handle) x) creator,
            (select row_to_json(x) from (select k.public_id id, k.ref) x) contract,
            (select row_to_json(x) from (select s.public_id id, s.ref where s.id is not null) x) stream
    ) named
    cross join lateral (
        select to_char(l.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') decided_at,
            l.rule, l.label, l.reason, named.creator, named.contract, named.stream,
            trim_scale(l.rate_bps::numeric / 100)::text rate_percent,
            trim_scale(l.fee_bps::numeric / 100)::text fee_percent,
            round(coalesce(commission.amount, 0) / 10::numeric ^ l.digits, l.digits)::text commission,
            round(coalesce(fee.amount, 0) / 10::numeric ^ l.digits, l.digits)::text fee,
            l.available_on
    ) attribution
    cross join lateral (
        select l.sale_id id, l.source, l.order_ref "order", l.line_ref line,
            to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') occurred_at,
            l.currency, round(l.base_minor::numeric / 10::numeric ^ l.digits, l.digits)::text base,
            row_to_json(attribution) attribution
    ) attributed
    where l.sales and l.newest > l.nr and l.rule is not null
    union all
    select l.brand_id, 'commission.changed', l.sale_id || '.' || p.seq, row_to_json(changed)
    from line l
    join posting p on p.brand_id = l.brand_id and p.cause = l.sale_id and p.kind = 'commission'
    join creator c on c.id = p.creator_id
    join commission on commission.brand_id = l.brand_id and commission.sale_id = l.sale_id
        and commission.creator_id = p.creator_id
    cross join lateral (
        select (select row_to_json(x) from (
                select l.sale_id id, l.source, l.order_ref "order", l.line_ref line) x) sale,
            (select row_to_json(x) from (select c.public_id id, c.handle) x) creator,
            l.currency,
            round(case when p.debit = 'brand_funds' then p.amount else -p.amount end::numeric / 10::numeric ^ l.digits,
                l.digits)::text change,
            round(commission.amount / 10::numeric ^ l.digits, l.digits)::text commission,
            p.available_on
    ) changed
    where l.nr > 0 and l.changes
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
