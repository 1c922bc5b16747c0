insert into coupon (brand_id, contract_id, code, key, period, recorded_at)
select j.brand_id, k.id, w.code, w.key, k.period, %(at)s
from judged j
join contract k on k.ref = j.contract
cross join unnest(string_to_array(j.coupons, '|'), string_to_array(j.coupon_keys, E'\x1f')) with ordinality w (code, key, nr)
where j.fresh
order by j.at_line, w.nr
