insert into awarded
select m.id, r.target
from result r
join bonus_month m on m.bonus_id = r.bonus_id and m.month = %(month)s
where r.due
