-- After desk_lines.sql: each item of the run sheet, when it first came on the screen and for how long, what was sold of
-- it and what while it was on, and what viewers paid for a piece.
select i.id item_id, p.first_at, coalesce(p.pinned, 0)::int pinned, coalesce(l.pieces, 0)::bigint pieces,
    coalesce(l.net, 0)::bigint net, coalesce(l.pinned_net, 0)::bigint pinned_net, o.paid_least, o.paid_most
from show_item i
join product on product.brand_id = i.brand_id and product.id = i.product_id
left join lateral (
    select min(p.pinned_at) first_at, sum(extract(epoch from coalesce(p.unpinned_at, %(at)s) - p.pinned_at)) pinned
    from pin p where p.item_id = i.id and not p.rehearsal
) p on true
left join lateral (
    select sum(x.quantity) pieces, sum(x.sold - x.refunded) net,
        sum(x.sold - x.refunded) filter (where exists (
            select from pin p
            where p.item_id = i.id and not p.rehearsal and p.pinned_at <= x.occurred_at
                and x.occurred_at < coalesce(p.unpinned_at, %(at)s))) pinned_net
    from line x
    where x.brand_id = i.brand_id and x.sku = product.sku and x.currency = product.currency
) l on true
left join lateral (
    select min(o.unit_price) paid_least, max(o.unit_price) paid_most
    from purchase o where o.show_id = i.show_id and o.item_id = i.id and o.paid_at is not null
) o on true
where i.show_id = %(show)s and i.brand_id = any (%(brands)s)
order by i.position
