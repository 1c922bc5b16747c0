select p.id, p.import_id, p.brand_id, b.handle as brand, p.sku, p.name, p.category, p.price, p.currency::text, p.commissionable
from product p
join brand b on b.id = p.brand_id
