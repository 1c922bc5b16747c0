-- What each creator has sold in each market and category of the first level, and how long they streamed for it.
insert into evidence (creator_id, country, top, currency, orders, gross, net, minutes, brands)
select e.creator_id, e.country, e.top, e.currency, e.orders, e.gross, e.net, coalesce(m.minutes, 0), e.brands
from (
    select creator_id, country, top, currency, count(*)::int orders, sum(gross)::bigint gross, sum(net)::bigint net,
        (array_agg(distinct brand_id))[1:3] brands
    from (
        select s.creator_id, s.country, t.top, s.currency, s.brand_id, sum(s.gross) gross, sum(s.net) net
        from sold s
        join branch t on t.category = s.category
        group by 1, 2, 3, 4, 5, s.source, s.order_ref
    ) per_order
    group by 1, 2, 3, 4
) e
left join (
    select a.creator_id, l.top, l.currency, sum(a.minutes) minutes
    from airtime a
    join selling l on l.brand_id = a.brand_id
    group by 1, 2, 3
) m using (creator_id, top, currency)
