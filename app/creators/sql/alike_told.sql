-- Over so many brands, each with some, that no brand can read another's from the sum; and never exact: 20, 50, 100, 200 ...
insert into told (creator_id, other_id, buyers, closeness)
select s.creator_id, s.other_id, (
        select max(step * 10 ^ power)::int
        from unnest(array[1, 2, 5]) step cross join generate_series(0, 8) power
        where step * 10 ^ power <= sum(s.buyers)
    ), floor(avg(s.closeness) / 10) * 10
from shared_buyers s
group by s.creator_id, s.other_id
having count(*) >= %(brands)s and sum(s.buyers) >= %(floor)s
