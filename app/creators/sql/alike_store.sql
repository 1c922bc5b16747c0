insert into alike (creator_id, place, other_id, points, category, market, language, age, buyers)
select creator_id, place, other_id, points, category, market, language, age, buyers
from (
    select p.*, row_number() over (partition by p.creator_id order by p.points desc, p.distance, p.other_id) as place
    from ({pairs}) p
) ranked
where place <= %(keep)s
order by creator_id, place
