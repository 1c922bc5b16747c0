-- Lines of the last ten minutes of a stream in which more than five times as much was ordered as in ten minutes before,
-- and 20 lines at least.
with sold as (
    select d.brand_id, d.sale_id, d.stream_id, s.occurred_at >= st.ends_at - interval '10 minutes' at_end,
        greatest(extract(epoch from st.ends_at - st.starts_at) / 600 - 1, 1) tens
    from stream st
    join sale s on s.brand_id = st.brand_id and s.occurred_at >= st.starts_at and s.occurred_at < st.ends_at
    cross join lateral (
        select d.* from decision d where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
    ) d
    where st.ends_at > %(since)s and d.stream_id = st.id and d.label = 'in_stream'
), counted as (
    select *, count(*) filter (where at_end) over (partition by stream_id) last_ones,
        count(*) filter (where not at_end) over (partition by stream_id) others
    from sold
)
select brand_id, sale_id from counted where at_end and last_ones >= 20 and last_ones > 5 * others / tens
