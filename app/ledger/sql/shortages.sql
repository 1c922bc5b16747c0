-- Brands whose money on the platform's account does not cover what their creators can be paid up to a day: that of the
-- next run, or of the brand's own next one.
with owed as (
    select brand_id, currency, creator_id, sum(amount) as amount
    from balance left join unnest(%(own)s::int[], %(cutoffs)s::date[]) as own (brand_id, cutoff_on) using (brand_id)
    where account = 'creator' and available_on <= coalesce(own.cutoff_on, %(cutoff_on)s)
        and (%(brand)s::int is null or brand_id = %(brand)s)
    group by brand_id, currency, creator_id
), payable as (
    select brand_id, currency, sum(amount) as amount from owed where amount > 0 group by brand_id, currency
)
select payable.brand_id, payable.currency, (payable.amount - greatest(coalesce(cash.amount, 0), 0))::bigint as amount
from payable left join brand_cash cash using (brand_id, currency)
where payable.amount > greatest(coalesce(cash.amount, 0), 0)
order by payable.brand_id, payable.currency
