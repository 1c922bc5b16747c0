-- What a payout did in the books: reserved, then settled, released or returned; one entry for each brand's part.
select e.kind, e.debit, e.credit, sum(e.amount)::bigint as amount, min(e.recorded_at) as recorded_at
from (select distinct brand_id, payout_id from payout_line where payout_id = %(payout)s) part
join entry e on e.brand_id = part.brand_id and e.cause = part.payout_id
    and e.kind in ('reserve', 'settle', 'release', 'return')
group by e.kind, e.debit, e.credit order by min(e.id)
