-- The same lines added up: by brand, by stream, and by day in the creator's zone.
select case when grouping(n.brand_id) = 0 then 'brand' when grouping(n.stream_id) = 0 then 'stream' else 'day' end by,
    n.currency, n.brand_id, b.public_id brand_uuid, b.name brand_name, st.ref stream_ref, st.starts_at, n.day,
    count(*) lines, sum(n.base_minor)::bigint base, sum(n.net)::bigint net
from (
    select *, case when occurred_at >= %(since)s then (occurred_at at time zone %(zone)s)::date end as day
    from ({earnings}) lines
) n
left join brand b on b.id = n.brand_id
left join stream st on st.id = n.stream_id
group by n.currency, grouping sets ((n.brand_id, b.public_id, b.name), (n.stream_id, st.ref, st.starts_at), (n.day))
order by 1, n.currency, n.day, sum(n.net) desc
