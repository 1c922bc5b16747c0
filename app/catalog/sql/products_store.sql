insert into product (brand_id, sku, name, category, price, currency, commissionable, recorded_at, import_id)
select brand_id, sku, name, category, price, currency, commissionable, %(at)s, %(import_id)s
from judged
where fresh
order by at_line
