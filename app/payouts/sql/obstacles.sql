-- What stands in the way of paying a creator, and since when; a changed account only where it is still to wait at the
-- instant `at`. As in an assembly (3_payees.sql).
select code, since
from (
    select 1 as rank, 'method_changed' as code, recorded_at as since
    from payment_destination
    where creator_id = %(creator)s and versions > 1 and recorded_at > %(unchanged_since)s
    union all
    select 2, code, since from creator_obstacle where creator_id = %(creator)s
) standing
order by rank, since, code
