-- What is not known of the one is what is known of the other.
update creator s
set country = case when s.country = 'ZZ' then g.country else s.country end,
    languages = case when s.languages = '{}' then g.languages else s.languages end
from creator g
where s.id = %(stays)s and g.id = %(goes)s
