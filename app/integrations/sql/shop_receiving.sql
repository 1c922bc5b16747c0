-- What taking in a delivery needs of the shop behind an address, while it is connected.
select s.id, s.kind, s.app_key,
    array(select k.id from shop_secret k where k.shop_id = s.id and k.removed_at is null order by k.id) key_ids,
    array(select k.sealed from shop_secret k where k.shop_id = s.id and k.removed_at is null order by k.id) sealed
from shop s
where s.public_id = %(shop)s and s.status = 'connected'
