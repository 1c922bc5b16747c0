-- What a show has on offer at an instant, in the order of its run sheet: what is announced, what the product says, what
-- is left of it, and the price for minutes that runs.
select i.id item_id, i.show_id, i.position, b.id brand_id, b.public_id brand_uuid, b.name brand, p.id product_id, p.sku, p.name,
    p.currency::text, p.price, i.announced_price, sb.selling, sb.max_per_buyer, s.on_hand,
    coalesce(t.held, 0)::int held, coalesce(t.sold, 0)::int sold,
    f.id flash_id, f.price flash_price, f.reference flash_reference, f.ends_at flash_ends_at, f.pieces flash_pieces,
    f.max_per_buyer flash_max, coalesce(f.taken, 0)::int flash_taken
from show_item i
join show_brand sb on sb.show_id = i.show_id and sb.brand_id = i.brand_id
join brand b on b.id = i.brand_id
join product p on p.brand_id = i.brand_id and p.id = i.product_id
left join product_stock s on s.brand_id = i.brand_id and s.product_id = i.product_id
left join lateral (
    select
        sum(o.quantity) filter (where o.selling = 'reserve'
            and (o.status in ('paying', 'on_its_way') or (o.status = 'reserved' and o.holds_until > %(at)s))) held,
        sum(o.quantity - o.refunded_pieces) filter (where o.status = 'paid') sold
    from purchase o
    where o.brand_id = i.brand_id and o.product_id = i.product_id
        and o.status in ('reserved', 'paying', 'on_its_way', 'paid')
) t on true
left join lateral (
    select f.*, (
        select sum(o.quantity - o.refunded_pieces) from purchase o
        where o.flash_id = f.id and (o.status in ('paying', 'on_its_way', 'paid', 'shipped')
            or (o.status = 'reserved' and o.holds_until > %(at)s))) taken
    from flash_price f
    where f.item_id = i.id and f.begins_at <= %(at)s and %(at)s < f.ends_at
) f on true
where i.show_id = %(show)s and (%(item)s::bigint is null or i.id = %(item)s)
order by i.position
