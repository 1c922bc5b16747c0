-- One level of likeness: those who share a category (kind 2) or a branch (1) and what {same} names, for everybody who has
-- found too few on the levels before. Along one line of sizes the nearest stand nearest; of whoever shares as much, fewer
-- than `keep` were found before; so the nearest of the others stand within `keep` places.
insert into likely (creator_id, other_id, distance)
with lined as materialized (
    select m.creator_id, m.category, m.size{columns},
        row_number() over (partition by m.category{columns} order by m.size) as place
    from member m
    where m.kind = %(kind)s{known}
),
short as materialized (
    select l.creator_id, %(keep)s::int - count(f.other_id) as wanted
    from creator_traits l left join likely f using (creator_id)
    group by l.creator_id
    having count(f.other_id) < %(keep)s::int
),
reached as (
    select s.*, s.place + step as there
    from lined s join short using (creator_id)
    cross join generate_series(-%(keep)s::int, %(keep)s::int) step
    where step <> 0
),
near as (
    select s.creator_id, o.creator_id as other_id, min(abs(o.size - s.size)) as distance
    from reached s
    join lined o on o.category = s.category and o.place = s.there{same}
    group by s.creator_id, o.creator_id
),
ranked as (
    select n.*, row_number() over (partition by n.creator_id order by n.distance, n.other_id) as nr
    from near n
    where not exists (select from likely f where f.creator_id = n.creator_id and f.other_id = n.other_id)
)
select r.creator_id, r.other_id, r.distance
from ranked r join short using (creator_id)
where r.nr <= short.wanted
order by r.creator_id, r.other_id
