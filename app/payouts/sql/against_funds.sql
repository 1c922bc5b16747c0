-- What a batch takes from each brand's money on the platform's account, and what is left of it then; the scarcest first.
-- What other open batches take is gone already: their money is reserved.
select b.public_id as brand, b.name, coalesce(cash.amount, 0) + part.amount as before, part.amount,
    coalesce(cash.amount, 0)::bigint as rest
from (
    select l.brand_id, p.currency, sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint as amount
    from payout p
    join payout_line l on l.payout_id = p.id and l.released_at is null
    join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
    where p.batch_id = %(batch)s and p.status in ('reserved', 'sent')
    group by l.brand_id, p.currency
) part
join brand b on b.id = part.brand_id
left join brand_cash cash on cash.brand_id = part.brand_id and cash.currency = part.currency
order by rest, b.name
