-- Brands are walked through the contracts' creator only by the books themselves: a creator has few brands.
with b as (
    select currency, account, available_on, amount from balance
    where creator_id = %(creator)s and brand_id in (select id from brand)
), paid as (
    select e.currency, sum(case when e.kind = 'settle' then e.amount else -e.amount end) amount
    from entry e
    where e.creator_id = %(creator)s and e.brand_id in (select id from brand) and e.kind in ('settle', 'return')
    group by 1
)
select currency,
    coalesce(sum(b.amount) filter (where account = 'creator' and available_on > %(on)s), 0)::bigint,
    coalesce(sum(b.amount) filter (where account = 'creator' and available_on <= %(on)s), 0)::bigint,
    coalesce(sum(b.amount) filter (where account = 'payouts_in_transit'), 0)::bigint,
    coalesce(max(paid.amount), 0)::bigint
from b left join paid using (currency)
group by currency
order by currency
