-- What this batch has decided and is about to post, for the systems of the brands that want to hear of it: an event for
-- each line that became a creator's by a new decision, and one for each change of a commission booked before. Names and
-- amounts are those of the API (amounts in major units); docs/webhooks.md shows both bodies.
with wanted as (
    select b.brand_id, bool_or('sale.attributed' = any (e.types)) sales,
        bool_or('commission.changed' = any (e.types)) changes
    from (select distinct brand_id from work) b
    join outgoing_endpoint e on e.brand_id = b.brand_id and e.off_as is null
    group by b.brand_id
), line as (
    select w.*, wanted.sales, wanted.changes, coalesce((%(exponents)s::jsonb ->> w.currency)::int, 2) digits
    from work w
    join wanted on wanted.brand_id = w.brand_id
), moved as (   -- what is booked of each line, with what is about to be posted
    select l.brand_id, l.sale_id, p.kind, p.creator_id,
        case p.debit when 'brand_funds' then p.amount else -p.amount end amount
    from line l
    join posting p on p.brand_id = l.brand_id and p.cause = l.sale_id and p.kind in ('commission', 'fee')
    union all
    select l.brand_id, l.sale_id, e.kind, e.creator_id, case e.debit when 'brand_funds' then e.amount else -e.amount end
    from line l
    cross join lateral (    -- offset 0 as in 1_gather.sql
        select * from entry e
        where e.brand_id = l.brand_id and e.kind in ('commission', 'fee') and e.cause = l.sale_id offset 0
    ) e
    where l.nr > 0
), commission as (
    select brand_id, sale_id, creator_id, sum(amount) amount
    from moved where kind = 'commission' group by brand_id, sale_id, creator_id
), fee as (
    select brand_id, sale_id, sum(amount) amount from moved where kind = 'fee' group by brand_id, sale_id
), told as (
    select l.brand_id, 'sale.attributed' type, l.sale_id || '.' || d.nr fact, row_to_json(attributed) data
    from line l
    cross join lateral (
        select * from decision d
        where d.brand_id = l.brand_id and d.sale_id = l.sale_id and d.nr = l.nr + 1 and d.rule is not null offset 0
    ) d
    join creator c on c.id = d.creator_id
    join contract k on k.id = d.contract_id
    left join stream s on s.id = d.stream_id
    left join commission on commission.brand_id = l.brand_id and commission.sale_id = l.sale_id
        and commission.creator_id = d.creator_id
    left join fee on fee.brand_id = l.brand_id and fee.sale_id = l.sale_id
    cross join lateral (
        select (select row_to_json(x) from (select c.public_id id, c.handle) x) creator,
            (select row_to_json(x) from (select k.public_id id, k.ref) x) contract,
            (select row_to_json(x) from (select s.public_id id, s.ref where s.id is not null) x) stream
    ) named
    cross join lateral (
        select to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') decided_at,
            d.rule, d.label, d.reason, named.creator, named.contract, named.stream,
            trim_scale(d.rate_bps::numeric / 100)::text rate_percent,
            trim_scale(d.fee_bps::numeric / 100)::text fee_percent,
            round(coalesce(commission.amount, 0) / 10::numeric ^ l.digits, l.digits)::text commission,
            round(coalesce(fee.amount, 0) / 10::numeric ^ l.digits, l.digits)::text fee,
            d.available_on
    ) attribution
    cross join lateral (
        select l.sale_id id, l.source, l.order_ref "order", l.line_ref line,
            to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') occurred_at,
            l.currency, round(l.base_minor::numeric / 10::numeric ^ l.digits, l.digits)::text base,
            row_to_json(attribution) attribution
    ) attributed
    where l.sales
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
            round(case p.debit when 'brand_funds' then p.amount else -p.amount end::numeric / 10::numeric ^ l.digits,
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
