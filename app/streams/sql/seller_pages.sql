-- The pages as creators in Thailand, whose names nobody knows.
with made as (
    insert into creator (handle, name, country, languages, timezone, recorded_at)
    select distinct page, page, 'TH', array['th'], 'Asia/Bangkok', %(at)s::timestamptz
    from unnest(%(pages)s::text[]) page
    on conflict (handle) do nothing
    returning 1
)
select count(*)::int stored from made
