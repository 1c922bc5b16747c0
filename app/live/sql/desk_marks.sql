-- What happened to the products of these brands in a show: on the screen, a price for minutes, another price, and the
-- first who found it sold out. `price` is in whole units, `minor` in minor ones.
select 'pin' kind, p.pinned_at at, p.unpinned_at until, i.id item_id, null::numeric price, null::bigint minor
from pin p join show_item i on i.id = p.item_id
where p.show_id = %(show)s and not p.rehearsal and i.brand_id = any (%(brands)s)
union all
select 'flash', f.begins_at, f.ends_at, i.id, null, f.price
from flash_price f join show_item i on i.id = f.item_id
where f.show_id = %(show)s and i.brand_id = any (%(brands)s)
union all
select 'price', h.since, null, i.id, h.price, null
from show_item i
join product_price h on h.brand_id = i.brand_id and h.product_id = i.product_id
where i.show_id = %(show)s and i.brand_id = any (%(brands)s) and h.since > %(begins)s and h.since < %(until)s
union all
select 'sold_out', min(w.since), null, i.id, null, null
from waiting_buyer w join show_item i on i.id = w.item_id
where w.show_id = %(show)s and i.brand_id = any (%(brands)s) and w.since < %(until)s
group by i.id
order by at, item_id, kind
