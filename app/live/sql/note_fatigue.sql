-- How tired the audiences of these creators are tonight, where that is not what was noted last.
insert into fatigue_mark (creator_id, brand_id, on_day, value)
select f.creator_id, f.brand_id, %(day)s, f.value
from fatigue f
where f.country = '' and f.creator_id in (select creator_id from stream where id = any (%(streams)s))
    and not exists (
        select from (
            select m.value from fatigue_mark m
            where m.creator_id = f.creator_id and m.brand_id = f.brand_id
            order by m.on_day desc limit 1
        ) last
        where last.value is not distinct from f.value)
on conflict (creator_id, brand_id, on_day) do update set value = excluded.value
