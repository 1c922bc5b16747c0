select d.brand_id, d.sale_id, count(*), max(d.nr)
from decision d
left join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
group by d.brand_id, d.sale_id
having count(*) <> max(d.nr) or min(d.nr) <> 1 or bool_or(s.id is null)
