-- Who wanted pieces of an item and got none, by item: at the price that was asked of them then.
select w.item_id, p.name, w.currency::text, count(*)::int visitors, sum(w.quantity)::int pieces,
    sum(w.quantity * w.unit_price)::bigint amount
from waiting_buyer w
join product p on p.brand_id = w.brand_id and p.id = w.product_id
where w.show_id = %(show)s and w.status <> 'served'
group by w.item_id, p.name, w.currency
order by amount desc, w.item_id
