-- Over which days each threshold is added up: the month's, or from its first day on; in that case also until the month
-- before, as long as that has no award that says what it had.
insert into slice
select p.bonus_id, s.so_far, case p.period when 'month' then p.first_on else p.since_on end, s.last_on
from promise p
cross join lateral (values (true, p.last_on), (false, %(month)s::date - 1)) s (so_far, last_on)
where p.kind = 'threshold' and (s.so_far or (p.period = 'contract' and not p.past_complete))
