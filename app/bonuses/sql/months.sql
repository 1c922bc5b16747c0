-- The months that some promise covers, that have begun to be over somewhere on earth, and that lack this evaluation.
select distinct x.month::date
from bonus b
join contract k on k.id = b.contract_id
cross join lateral generate_series(date_trunc('month', greatest(b.first_on, k.starts_on)),
    least(b.last_on, k.ends_on, (%(at)s at time zone 'UTC')::date), interval '1 month') x (month)
left join bonus_month m on m.bonus_id = b.id and m.month = x.month::date
where x.month < date_trunc('month', %(at)s at time zone 'UTC' + interval '14 hours')
    and case %(stage)s::text when 'provisional' then m.id is null
        else m.id is not null
            and not exists (select from award a where a.bonus_month_id = m.id and a.stage = 'final') end
order by 1
