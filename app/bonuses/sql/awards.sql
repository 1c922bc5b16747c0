-- All evaluations of a contract's month, in order, each with what it says.
select b.id bonus_id, m.id bonus_month_id, m.available_on, a.stage, a.target, a.outside, a.working, a.evaluated_at,
    a.decided_by
from bonus_month m
join bonus b on b.id = m.bonus_id
join award a on a.bonus_month_id = m.id
where m.contract_id = %(contract)s and m.month = %(month)s
order by b.id, a.id
