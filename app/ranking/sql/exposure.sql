-- What was streamed for each brand, month by month, in each market and category of the first level in which it sells,
-- and what the creator sold there for it in that month: hours without sales count, sales of months without hours don't.
insert into exposure (creator_id, brand_id, country, top, currency, month, minutes, orders, gross, net, squares)
with taken as materialized (
    select creator_id, brand_id, country, top, currency, month, count(*)::int orders, sum(gross)::bigint gross,
        sum(net)::bigint net, sum(gross::float8 ^ 2) squares
    from (
        select s.creator_id, s.brand_id, s.country, t.top, s.currency,
            date_trunc('month', s.occurred_at at time zone 'UTC')::date as month, sum(s.gross) gross, sum(s.net) net
        from sold s
        join branch t on t.category = s.category
        group by 1, 2, 3, 4, 5, 6, s.source, s.order_ref
    ) per_order
    group by 1, 2, 3, 4, 5, 6
)
select a.creator_id, a.brand_id, l.country, l.top, l.currency, a.month, a.minutes, coalesce(t.orders, 0),
    coalesce(t.gross, 0), coalesce(t.net, 0), coalesce(t.squares, 0)
from airtime a
join selling l on l.brand_id = a.brand_id
left join taken t on t.creator_id = a.creator_id and t.brand_id = a.brand_id and t.country = l.country and t.top = l.top
    and t.currency = l.currency and t.month = a.month
where a.minutes > 0 and (%(creators)s::int[] is null or a.creator_id = any (%(creators)s::int[]))
