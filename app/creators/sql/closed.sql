-- What is closed to any of these brands, from an instant on. Periods that touch are one: where a contract's terms
-- changed says nothing that others should know.
select k.categories, k.platforms, k.territories, k.formats, span.period
from (
    select categories, platforms, territories, formats, range_agg(period) as periods
    from claim
    where creator_id = %(creator)s::int and kind = 'block' and upper(period) > %(at)s
        and exists (select from unnest(%(readers)s::int[]) reader where lanes @> reader)
    group by categories, platforms, territories, formats
) k
cross join lateral unnest(k.periods) span (period)
order by span.period, k.categories
