-- The money of all creators by currency: not yet payable, payable, owed back after refunds, held, and in batches. What is
-- held of single commissions is neither pending nor payable while it is.
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
        select h.brand_id, h.creator_id, h.currency, side.account, h.available_on, side.amount
        from held_money h
        cross join lateral (values ('creator', -h.amount), ('held', h.amount)) side (account, amount)
    ) stands
    group by brand_id, creator_id, currency
) each
group by currency having sum(abs(pending) + abs(payable) + held + in_transit) > 0
order by currency
