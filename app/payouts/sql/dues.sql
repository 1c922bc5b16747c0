-- The money of all creators by currency: not yet payable, payable, owed back after refunds, held, and in batches. What is
-- held of single commissions is neither pending nor payable while it is.
with kept as (
    select e.brand_id, e.creator_id, e.currency, e.available_on,
        sum(case when e.credit = 'creator' then e.amount else -e.amount end) amount
    from commission_hold h
    join entry e on e.brand_id = h.brand_id and e.kind = 'commission' and e.cause = h.sale_id
        and e.creator_id = h.creator_id
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    where h.released_at is null and l.entry_id is null
    group by e.brand_id, e.creator_id, e.currency, e.available_on
)
select currency, sum(pending)::bigint as pending, sum(greatest(payable, 0))::bigint as payable,
    -sum(least(payable, 0))::bigint as owed_back, sum(held)::bigint as held, sum(in_transit)::bigint as in_transit
from (
    select currency,
        coalesce(sum(amount) filter (where account = 'creator' and available_on > %(on)s), 0) as pending,
        coalesce(sum(amount) filter (where account = 'creator' and available_on <= %(on)s), 0) as payable,
        coalesce(sum(amount) filter (where account = 'held'), 0) as held,
        coalesce(sum(amount) filter (where account = 'payouts_in_transit'), 0) as in_transit
    from (
        select brand_id, creator_id, currency, account, available_on, amount
        from balance where account in ('creator', 'payouts_in_transit')
        union all
        select brand_id, creator_id, currency, 'creator', available_on, -amount from kept
        union all
        select brand_id, creator_id, currency, 'held', available_on, amount from kept
    ) stands
    group by brand_id, creator_id, currency
) each
group by currency having sum(abs(pending) + abs(payable) + held + in_transit) > 0
order by currency
