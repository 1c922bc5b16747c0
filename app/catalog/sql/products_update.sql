update product p
set name = j.name, category = j.category, price = j.price, currency = j.currency, commissionable = j.commissionable
from judged j
where j.changed and p.brand_id = j.brand_id and p.id = j.stored
