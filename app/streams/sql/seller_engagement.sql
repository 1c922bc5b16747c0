with made as (
    insert into stream_engagement (stream_id, reactions, comments, shares, recorded_at)
    select s.id, v.reactions, v.comments, v.shares, %(at)s::timestamptz
    from unnest(%(refs)s::text[], %(reactions)s::bigint[], %(comments)s::bigint[], %(shares)s::bigint[])
        v (ref, reactions, comments, shares)
    join stream s on s.ref = v.ref and s.brand_id = %(brand)s
    on conflict (stream_id) do nothing
    returning 1
)
select count(*)::int stored from made
