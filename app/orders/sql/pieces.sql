-- The pieces of a product: on the shelf (null: never sold out), held by reservations whose time runs or for which Stripe
-- may still take money, and sold but not yet shipped.
select wanted.product_id, s.on_hand, coalesce(p.held, 0)::int held, coalesce(p.sold, 0)::int sold
from (select %(brand)s::int brand_id, unnest(%(products)s::bigint[]) product_id) wanted
left join product_stock s using (brand_id, product_id)
left join lateral (
    select
        sum(p.quantity) filter (where p.selling = 'reserve'
            and (p.status in ('paying', 'on_its_way') or (p.status = 'reserved' and p.holds_until > %(at)s))) held,
        sum(p.quantity - p.refunded_pieces) filter (where p.status = 'paid') sold
    from purchase p
    where p.brand_id = wanted.brand_id and p.product_id = wanted.product_id
        and p.status in ('reserved', 'paying', 'on_its_way', 'paid')
) p on true
