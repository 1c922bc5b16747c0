-- What streams that are over came to: those whose audience was measured and that ended within the days in which most is
-- given back. In the brand's own money; an order is one however many lines it has.
insert into stream_result (stream_id, creator_id, brand_id, category, currency, started_at, seconds, views, peak, watched,
    impressions, taps, orders, tapped_orders, sold, refunded, measured_at)
select s.id, s.creator_id, s.brand_id, (
        select top.id
        from brand_node bn
        join node n on n.id = bn.node_id
        join node top on top.tree = n.tree and n.lo >= top.lo and n.hi <= top.hi
        join node root on root.id = top.parent_id and root.parent_id is null
        where bn.brand_id = s.brand_id and n.tree = 'category'
        order by n.lo limit 1),
    b.currency, s.starts_at, greatest(1, extract(epoch from s.ends_at - s.starts_at))::int,
    a.views, a.peak, a.watched, a.impressions, a.taps,
    coalesce(m.orders, 0), coalesce(a.told_orders, m.tapped_orders, 0), coalesce(m.sold, 0), coalesce(m.refunded, 0), %(at)s
from measured a
join stream s on s.id = a.stream_id
join brand b on b.id = s.brand_id
left join (
    select stream_id, currency, count(distinct (brand_id, source, order_ref))::int orders,
        count(distinct (brand_id, source, order_ref)) filter (where here)::int tapped_orders,
        sum(sold)::bigint sold, sum(refunded)::bigint refunded
    from line group by stream_id, currency
) m on m.stream_id = s.id and m.currency = b.currency
on conflict (stream_id) do update set
    category = excluded.category, views = excluded.views, peak = excluded.peak, watched = excluded.watched,
    impressions = excluded.impressions, taps = excluded.taps, orders = excluded.orders,
    tapped_orders = excluded.tapped_orders, sold = excluded.sold, refunded = excluded.refunded,
    seconds = excluded.seconds, measured_at = excluded.measured_at
