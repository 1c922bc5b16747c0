-- What was paid to us at Stripe and what Stripe keeps, by month and currency.
select date_trunc('month', created at time zone %(zone)s)::date as month, currency,
    coalesce(sum(amount) filter (where kind = 'payment'), 0)::bigint volume,
    count(*) filter (where kind = 'payment') payments, sum(cost)::bigint as cost,
    coalesce(sum(cost) filter (where fee_booked_at is not null), 0)::bigint booked
from provider_movement
group by 1, 2
having sum(cost) <> 0 or sum(amount) filter (where kind = 'payment') <> 0
order by 1 desc, 2
limit 200
