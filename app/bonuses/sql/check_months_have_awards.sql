select m.brand_id, m.id, array_agg(a.stage order by a.id) stages
from bonus_month m
left join award a on a.bonus_month_id = m.id
group by m.brand_id, m.id
having array_agg(a.stage order by a.id) not in (
    '{provisional}', '{provisional,final}', '{provisional,final,above_cap}')
