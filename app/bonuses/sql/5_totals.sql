update slice s
set total = t.total
from (
    select s.bonus_id, s.so_far, case p.measure
        when 'valid_minutes' then (
            select coalesce(sum(v.counted), 0) from stream_verdict v
            where v.contract_id = p.contract_id and v.on_day between s.first_on and s.last_on)
        else coalesce(max(w.upto), 0) end total
    from slice s
    join promise p using (bonus_id)
    left join point w on w.bonus_id = s.bonus_id and w.so_far = s.so_far
    group by s.bonus_id, s.so_far, p.measure, p.contract_id, s.first_on, s.last_on
) t
where t.bonus_id = s.bonus_id and t.so_far = s.so_far
