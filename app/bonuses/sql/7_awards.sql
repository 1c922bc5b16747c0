insert into award (bonus_month_id, stage, target, outside, working, evaluated_at)
select m.id, %(stage)s, r.target, r.outside, r.working, %(at)s
from result r
join bonus_month m on m.bonus_id = r.bonus_id and m.month = %(month)s
where r.due
order by m.id
on conflict (bonus_month_id, stage) do nothing
