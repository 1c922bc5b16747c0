with made as (
    insert into stream (ref, creator_id, brand_id, platform, starts_at, ends_at, recorded_at)
    select v.ref, c.id, %(brand)s, 'facebook', v.starts_at, v.starts_at + %(length)s, %(at)s::timestamptz
    from unnest(%(refs)s::text[], %(pages)s::text[], %(starts)s::timestamptz[]) v (ref, page, starts_at)
    join creator c on c.handle = v.page
    order by v.starts_at, v.ref
    on conflict (ref) do nothing
    returning 1
)
select count(*)::int stored from made
