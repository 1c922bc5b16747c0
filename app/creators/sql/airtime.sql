-- How long was streamed for a brand, as far as it counts as exposure, by month (UTC) of the beginning. What ran at the
-- same time on two platforms counts once: an hour is an hour.
insert into airtime (creator_id, brand_id, month, streams, kept, minutes)
select creator_id, brand_id, month, streams, kept,
    (select floor(sum(extract(epoch from upper(piece) - lower(piece))) / 60) from unnest(pieces) piece)::int
from (
    select creator_id, brand_id, date_trunc('month', starts_at at time zone 'UTC')::date as month, count(*) streams,
        count(*) filter (where kept) kept, range_agg(tstzrange(starts_at, ends_at)) pieces
    from shown
    where counts
    group by 1, 2, 3
) together
