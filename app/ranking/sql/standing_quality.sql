-- The points no brief changes, under the newest weights: as in standing.sql, and in the order of scoring.quality.
update standing s
set quality = w.sales * s.sales + w.audience * %(by_country)s::float8 * s.audience + w.reliability * s.reliability
    + w.freshness * s.freshness
from (select * from ranking order by id desc limit 1) w
