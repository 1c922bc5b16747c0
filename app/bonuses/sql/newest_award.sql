select m.brand_id, m.currency, a.stage, a.target, a.outside
from bonus_month m
join award a on a.bonus_month_id = m.id
where m.id = %(bonus_month)s
order by a.id desc
limit 1
