-- What is wanted, less what is booked: one entry for each month of a promise, or none.
insert into posting
select brand_id, case when difference > 0 then 'brand_funds' else 'creator' end,
    case when difference > 0 then 'creator' else 'brand_funds' end, creator_id, abs(difference), currency, 'bonus', id,
    last_seq + 1, available_on, %(at)s
from (
    select m.*, w.target - e.booked difference, e.last_seq
    from awarded w
    join bonus_month m on m.id = w.bonus_month_id
    cross join lateral (
        select coalesce(sum(case e.debit when 'brand_funds' then e.amount else -e.amount end), 0)::bigint booked,
            coalesce(max(e.seq), 0) last_seq
        from entry e
        where e.brand_id = m.brand_id and e.cause = m.id and e.kind = 'bonus'
    ) e
) m
where difference <> 0
