-- What an hour brings on average in each market and category that a brief looks in, in its money: as the market's mean
-- says, else the mean of that category everywhere, else of all; null: nobody knows.
with mean as materialized (
    select country, category, minutes,
        coalesce(an_hour * value, net * 60.0::float8 / minutes) net
    from market_mean
    where currency = %(currency)s and minutes > 0
), of_top as materialized (
    select category, sum(net * minutes) / sum(minutes) net from mean group by category
), top as (
    select c.id node, coalesce(t.id, c.id) top
    from node c
    left join node t on t.tree = c.tree and t.lo <= c.lo and c.hi <= t.hi
        and t.parent_id = (select id from node r where r.tree = 'category' and r.parent_id is null)
    where c.id = any (%(nodes)s::int[])
)
select m.country::text, t.node, coalesce(
    (select net from mean where mean.country = m.country and mean.category = t.top and net > 0),
    (select net from of_top where of_top.category = t.top and net > 0),
    (select nullif(sum(net * minutes) / sum(minutes), 0) from mean)) net
from unnest(%(markets)s::char(2)[]) m (country)
cross join top t
