select l.categories <> '{}' as category, l.market is not null as market, l.language is not null as language,
    (select count(*)::int from (
        select from creator_traits o where o.branches && l.branches and o.creator_id <> l.creator_id limit 1000) near) as others
from creator_traits l where l.creator_id = %(creator)s
