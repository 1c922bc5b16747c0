-- What no brief changes of what a standing is worth, under the newest switches: as in standing.sql, and in the order of
-- scoring.quality.
update standing s
set quality = s.sales_index * (1 - w.by_reliability * (1 - s.reliability))
    * (1 - w.by_audience * %(by_country)s::float8 * (1 - s.audience))
from (
    select by_reliability::float8 / 100 by_reliability, by_audience::float8 / 100 by_audience
    from ranking
    where margin is not null
    order by id desc
    limit 1
) w
