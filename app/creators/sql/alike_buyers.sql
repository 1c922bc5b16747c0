-- Buyers of each brand who bought through both of two creators, by the newest decision on each line.
insert into shared_buyers as old (brand_id, creator_id, other_id, buyers, closeness)
with bought as materialized (
    select distinct s.brand_id, d.creator_id, s.visitor
    from decision d
    join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
    where d.creator_id is not null and s.visitor is not null
        and s.occurred_at >= %(since)s and s.occurred_at < %(until)s
        and not exists (
            select from decision later
            where later.brand_id = d.brand_id and later.sale_id = d.sale_id and later.nr > d.nr)
),
crowd as (
    select brand_id, creator_id, count(*) as buyers from bought group by brand_id, creator_id
),
pair as (
    select a.brand_id, a.creator_id, b.creator_id as other_id, count(*) as buyers
    from bought a
    join bought b on b.brand_id = a.brand_id and b.visitor = a.visitor and b.creator_id <> a.creator_id
    group by a.brand_id, a.creator_id, b.creator_id
    having count(*) >= %(fewest)s
)
select p.brand_id, p.creator_id, p.other_id, p.buyers, floor(100.0 * p.buyers / least(a.buyers, b.buyers))
from pair p
join crowd a on a.brand_id = p.brand_id and a.creator_id = p.creator_id
join crowd b on b.brand_id = p.brand_id and b.creator_id = p.other_id
order by p.brand_id, p.creator_id, p.other_id
