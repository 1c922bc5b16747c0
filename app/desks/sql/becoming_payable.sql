-- What a creator has coming by day and currency; a commission that is held becomes payable on no day.
select available_on, currency, sum(amount)::bigint amount
from (
    select available_on, currency, amount from balance
    where brand_id = any (%(brands)s) and account = 'creator' and creator_id = %(creator)s and available_on > %(today)s
    union all
    select e.available_on, e.currency, case when e.credit = 'creator' then -e.amount else e.amount end
    from commission_hold h
    join entry e on e.brand_id = h.brand_id and e.kind = 'commission' and e.cause = h.sale_id
        and e.creator_id = h.creator_id and e.available_on > %(today)s
    where h.brand_id = any (%(brands)s) and h.creator_id = %(creator)s and h.released_at is null
) coming
group by available_on, currency having sum(amount) <> 0 order by available_on, currency
