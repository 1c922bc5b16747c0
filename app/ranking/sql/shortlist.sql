-- The best creators for a brief, each by the best of their standings that fit it, the best first.
--
-- Each bucket (a market and a category) is walked from the best quality down, over the index alone. What a standing can
-- contribute is `scale` (what the brand keeps of an hour at the mean) times its quality times what fits, less what the
-- hour costs. The heads of some buckets give a bar: a contribution that as many creators reach as are wanted. What can't
-- reach it even if everything else were perfect (`most` times its quality, for nothing) is never looked at, and what
-- can't with all that the index tells is dropped before words, the pair's fatigue and prices are looked up. Where the
-- heads hold too few for a bar nothing is found, unless they were those of all buckets: then each that is shorter than
-- `limit` has been seen whole.
--
-- A standing has the price in its market's money where there is one. A brief in other money looks for a price in that
-- (`asked`); up to then it counts as costing nothing.
--
-- In braces stands what best_matches.py puts there: shortlist_walk.sql, and shortlist_exact.sql or shortlist_plain.sql.
-- The products stand in the order of scoring.score, so that both come to the same double.
with bucket as materialized (
    select country, category, near, most, scale, leads
    from unnest(%(markets)s::char(2)[], %(nodes)s::int[], %(near)s::float8[], %(most)s::float8[], %(scale)s::float8[],
        %(leads)s::bool[]) bucket (country, category, near, most, scale, leads)
), heads as materialized (
    select b.country, b.category, b.near, b.scale, s.*, {asked} asked
    from (select * from bucket where leads) b
    cross join lateral (
        {head}
        limit %(head)s
    ) s
), reached as materialized (
    select coalesce((
        select score
        from (select creator_id, max(score) score from ({exact_heads}) head group by creator_id) known
        order by score desc
        offset %(limit)s - 1 limit 1
    ), case when %(all_lead)s then '-infinity'::float8 end) score
), bar as materialized (        -- a little lower, so that no rounding hides anybody
    select score - %(hair)s::float8 * (abs(score) + %(fixed)s::float8 + 1) score from reached
), likely as materialized (
    select b.country, b.category, b.near, b.scale, s.*, {asked} asked
    from bucket b
    cross join bar
    cross join lateral (
        {rest}
    ) s
    where b.scale * (s.quality * b.most * s.people) - s.cost - %(fixed)s::float8 >= bar.score
), best as (
    select distinct on (creator_id) * from ({exact_rest}) exact order by creator_id, score desc, category, country
), top as (
    select * from best order by score desc, creator_id limit %(limit)s
)
select t.score, t.found words_found, t.pair_freshness, t.asked, s.*
from top t
cross join lateral (
    select *
    from standing
    where creator_id = t.creator_id and country = t.country and category = t.category
    limit 1
) s
order by t.score desc, t.creator_id
