-- Brand 0 is the platform itself.
select e.brand_id, e.creator_id, count(*)
from (select brand_id, creator_id, count(*) from entry group by brand_id, creator_id) e
left join brand b on b.id = e.brand_id
left join creator c on c.id = e.creator_id
where (b.id is null and e.brand_id <> 0) or (e.creator_id is not null and c.id is null)
group by e.brand_id, e.creator_id
