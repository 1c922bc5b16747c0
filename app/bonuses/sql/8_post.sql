-- What is wanted, less what is booked: one entry for each month of a promise, or none.
insert into posting
with booked as materialized (
    select m.id, sum(case when e.debit = 'brand_funds' then e.amount else -e.amount end)::bigint amount, max(e.seq) seq
    from awarded w
    join bonus_month m on m.id = w.bonus_month_id
    join entry e on e.brand_id = m.brand_id and e.cause = m.id and e.kind = 'bonus'
    group by m.id
)
select brand_id, case when difference > 0 then 'brand_funds' else 'creator' end,
    case when difference > 0 then 'creator' else 'brand_funds' end, creator_id, abs(difference), currency, 'bonus', id,
    last_seq + 1, available_on, %(at)s
from (
    select m.*, w.target - coalesce(b.amount, 0) difference, coalesce(b.seq, 0) last_seq
    from awarded w
    join bonus_month m on m.id = w.bonus_month_id
    left join booked b on b.id = m.id
) m
where difference <> 0
