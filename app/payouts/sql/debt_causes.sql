-- What a creator's debts come from, the latest first: lines of which more was taken back than stands in no payout, and
-- what a payout carried over, with the lines that it repaid in part.
with line as (
    select e.brand_id, e.currency, e.kind, case when e.kind = 'vat' then 0 else e.cause end as cause,
        max(e.recorded_at) as at, sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint as amount
    from brand b
    join entry e on e.brand_id = b.id and e.creator_id = %(creator)s and e.kind in ('commission', 'bonus', 'vat', 'carry')
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    where l.entry_id is null and (%(brand)s::int is null or b.id = %(brand)s)
    group by 1, 2, 3, 4
    having sum(case when e.credit = 'creator' then e.amount else -e.amount end) < 0
)
select line.brand_id, b.public_id as brand, line.currency, line.kind, line.cause, line.at, -line.amount as amount,
    s.order_ref, s.line_ref, p.public_id as payout, pb.cutoff_on,
    case when p.id is not null then (
        select array_agg(distinct x.order_ref)
        from payout_line l
        join entry e on e.brand_id = l.brand_id and e.id = l.entry_id and e.kind = 'commission' and e.debit = 'creator'
        join sale x on x.brand_id = e.brand_id and x.id = e.cause
        where l.payout_id = p.id and l.brand_id = line.brand_id
    ) end as orders
from line
join brand b on b.id = line.brand_id
left join sale s on line.kind = 'commission' and s.brand_id = line.brand_id and s.id = line.cause
left join payout p on line.kind = 'carry' and p.id = line.cause
left join payout_batch pb on pb.id = p.batch_id
order by line.at desc, line.brand_id, line.cause
limit %(most)s
