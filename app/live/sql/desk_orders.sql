-- The latest lines, the newest first.
select l.occurred_at, l.brand_id, l.id, l.sku, coalesce(p.name, l.sku) name, l.quantity, l.sold, l.refunded, l.commission,
    l.currency, l.waiting
from line l
left join product p on p.brand_id = l.brand_id and p.sku = l.sku
order by l.occurred_at desc, l.id desc
limit %(most)s
