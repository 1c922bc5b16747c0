-- The money of all creators by currency: not yet payable, payable, owed back after refunds, and in batches.
select currency, sum(pending)::bigint as pending, sum(greatest(payable, 0))::bigint as payable,
    -sum(least(payable, 0))::bigint as owed_back, sum(in_transit)::bigint as in_transit
from (
    select currency,
        coalesce(sum(amount) filter (where account = 'creator' and available_on > %(on)s), 0) as pending,
        coalesce(sum(amount) filter (where account = 'creator' and available_on <= %(on)s), 0) as payable,
        coalesce(sum(amount) filter (where account = 'payouts_in_transit'), 0) as in_transit
    from balance where account in ('creator', 'payouts_in_transit')
    group by brand_id, creator_id, currency
) each
group by currency having sum(abs(pending) + abs(payable) + in_transit) > 0
order by currency
