-- The contracts with something to evaluate. The provisional evaluation is due on the contract's own day of the next
-- month, the final one when the last commission of the month has become available (3_not_yet.sql), and not while a
-- breach that was found in the month is open. A preview takes what it is asked for.
insert into deal
select k.id, k.brand_id, k.creator_id, k.timezone, k.starts_on, k.ends_on, c.begins_at, c.ends_at,
    %(next)s::date + k.evaluation_day - 1, k.period, k.cap_month, k.cap_contract, coalesce(past.used, 0)
from contract k
join calendar c on c.zone = k.timezone and c.evaluation_day = k.evaluation_day
left join lateral (
    select sum(a.target) used
    from bonus_month m
    join bonus b on b.id = m.bonus_id and b.kind <> 'exclusivity_fee'
    cross join lateral (        -- what was approved above a cap takes nothing of the next one
        select target from award a
        where a.bonus_month_id = m.id and a.stage <> 'above_cap'
        order by a.id desc limit 1
    ) a
    where m.contract_id = k.id and m.month < %(month)s
) past on k.cap_contract is not null
where (%(contracts)s::int[] is null or k.id = any (%(contracts)s::int[]))
    and k.starts_on < %(next)s and k.ends_on >= %(month)s
    and exists (
        select from bonus b
        left join bonus_month m on m.bonus_id = b.id and m.month = %(month)s
        where b.contract_id = k.id and b.first_on < %(next)s and b.last_on >= %(month)s
            and case %(stage)s::text
                when 'provisional' then m.id is null and c.evaluates_at <= %(at)s
                when 'final' then m.id is not null
                    and not exists (select from award a where a.bonus_month_id = m.id and a.stage = 'final')
                else true end)
    and (%(stage)s::text <> 'final' or not exists (
        select from breach x
        where x.contract_id = k.id and x.status = 'open' and x.found_at >= c.begins_at and x.found_at < c.ends_at))
    -- Months become final in their order: caps and thresholds over a contract look back on what is final.
    and (%(stage)s::text <> 'final' or not exists (
        select from bonus_month e
        where e.contract_id = k.id and e.month < %(month)s
            and not exists (select from award a where a.bonus_month_id = e.id and a.stage = 'final')))
