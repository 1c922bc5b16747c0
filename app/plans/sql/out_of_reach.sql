-- Those of these creators for whom nobody can sign in (`here` is false), or who want no offers now.
select c.id, m.creator_id is not null here
from unnest(%(creators)s::int[]) c (id)
left join (
    select distinct m.creator_id
    from membership m
    join person p on p.id = m.person_id
    where m.creator_id is not null and m.role in ('creator', 'agent') and m.ended_at is null and p.disabled_at is null
) m on m.creator_id = c.id
left join profile f on f.creator_id = c.id and not f.open_to_offers
where m.creator_id is null or f.creator_id is not null
