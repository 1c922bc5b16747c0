-- How many of the creators who fit a brief contribute more than somebody, and how many fit.
with bucket as materialized (
    select country, category, near, most, scale
    from unnest(%(markets)s::char(2)[], %(nodes)s::int[], %(near)s::float8[], %(most)s::float8[], %(scale)s::float8[])
        bucket (country, category, near, most, scale)
), everybody as materialized (
    select b.country, b.category, b.near, b.scale, s.*, {asked} asked
    from bucket b
    cross join lateral (
        {everybody}
    ) s
)
select count(*) filter (where score > %(score)s::float8), count(*)
from (select creator_id, max(score) score from ({exact}) each group by creator_id) known
