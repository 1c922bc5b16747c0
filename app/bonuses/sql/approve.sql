-- All there was, also what was cut off; the arithmetic is that of the final award.
insert into award (bonus_month_id, stage, target, outside, working, evaluated_at, decided_by)
select bonus_month_id, 'above_cap', target + outside, 0, working, %(at)s, %(by)s
from award
where bonus_month_id = %(bonus_month)s and stage = 'final'
