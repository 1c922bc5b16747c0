-- Money by brand and currency. A creator who owes money back does not lessen what the brand owes to the others.
with wanted as (
    select id brand_id, public_id, name from brand where %(brands)s::int[] is null or id = any(%(brands)s)
), creators as (
    select brand_id, currency, creator_id,
        coalesce(sum(amount) filter (where available_on > %(on)s), 0) as pending,
        coalesce(sum(amount) filter (where available_on <= %(on)s), 0) as payable
    from balance
    where account = 'creator' and (%(brands)s::int[] is null or brand_id = any(%(brands)s))
    group by brand_id, currency, creator_id
), owed as (
    select brand_id, currency, sum(pending) as pending, sum(greatest(payable, 0)) as payable,
        -sum(least(payable, 0)) as owed_back
    from creators group by brand_id, currency
), others as (
    select brand_id, currency,
        coalesce(sum(amount) filter (where account = 'brand_funds'), 0) as balance,
        coalesce(sum(amount) filter (where account = 'payouts_in_transit'), 0) as in_transit
    from balance
    where account <> 'creator' and (%(brands)s::int[] is null or brand_id = any(%(brands)s))
    group by brand_id, currency
), promised as (
    select brand_id, currency, sum(amount) as reserved from reservation
    where released_at is null and (%(brands)s::int[] is null or brand_id = any(%(brands)s))
    group by brand_id, currency
), lent as (
    select brand_id, currency, amount as credit from credit_line
    where amount > 0 and (%(brands)s::int[] is null or brand_id = any(%(brands)s))
)
select brand_id, named.public_id, named.name, currency, coalesce(others.balance, 0)::bigint as balance,
    coalesce(owed.pending, 0)::bigint as pending, coalesce(owed.payable, 0)::bigint as payable,
    coalesce(owed.owed_back, 0)::bigint as owed_back, coalesce(others.in_transit, 0)::bigint as in_transit,
    coalesce(cash.amount, 0)::bigint as cash, coalesce(promised.reserved, 0)::bigint as reserved,
    coalesce(lent.credit, 0)::bigint as credit, noted.since
from others
full join owed using (brand_id, currency)
full join promised using (brand_id, currency)
full join lent using (brand_id, currency)
left join brand_cash cash using (brand_id, currency)
left join funding_state noted using (brand_id, currency)
join wanted named using (brand_id)
order by named.name, brand_id, currency
