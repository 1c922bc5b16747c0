-- Everybody who watches now, at once: seen again, with the seconds since they were seen last when that was just now.
-- Of a rehearsal nothing is noted, and of a show on air no replay. The notice goes to every process that tells viewers.
with present as (
    select distinct w.show_id, w.visitor, s.status = 'ended' replay
    from unnest(%(shows)s::bigint[], %(visitors)s::bytea[], %(replays)s::boolean[]) w (show_id, visitor, replay)
    join show s on s.id = w.show_id and s.status = case when w.replay then 'ended' else 'on_air' end
), noted as (
    insert into show_presence as p (show_id, visitor, replay, first_seen, last_seen)
    select show_id, visitor, replay, %(at)s, %(at)s from present order by show_id, visitor
    on conflict (show_id, replay, visitor) do update
    set seconds = p.seconds + case when excluded.last_seen - p.last_seen <= %(gap)s::interval
            then greatest(0, extract(epoch from excluded.last_seen - p.last_seen))::int else 0 end,
        last_seen = greatest(p.last_seen, excluded.last_seen)
    returning show_id
)
select array_agg(distinct show_id) from noted
