-- What was on the screen of a show and from which second on; the log of pins without rehearsals.
select p.item_id, product.name,
    greatest(0, extract(epoch from p.pinned_at - s.on_air_at))::int begins,
    greatest(0, extract(epoch from p.unpinned_at - s.on_air_at))::int ends
from show s
    join pin p on p.show_id = s.id and not p.rehearsal
    join show_item i on i.id = p.item_id
    join product on product.brand_id = i.brand_id and product.id = i.product_id
where s.id = %(show)s and s.on_air_at is not null
order by p.pinned_at, p.id
