-- A new decision that only moves the day, or the rate, of what stands keeps its shares.
insert into decision_share (brand_id, sale_id, nr, place, creator_id, contract_id, touch_id, weights, reason)
select x.brand_id, x.sale_id, d.nr, x.place, x.creator_id, x.contract_id, x.touch_id, x.weights, x.reason
from due q
cross join lateral (
    select * from decision d where d.brand_id = q.brand_id and d.sale_id = q.sale_id order by d.nr desc limit 1
) d
join decision p on p.brand_id = d.brand_id and p.sale_id = d.sale_id and p.nr = d.nr - 1
    and (p.rule, p.creator_id, p.terms_id, p.touch_id) = (d.rule, d.creator_id, d.terms_id, d.touch_id)
join decision_share x on x.brand_id = p.brand_id and x.sale_id = p.sale_id and x.nr = p.nr
where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(before)s::bigint[]) and not exists (
    select from decision_share n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr = d.nr)
