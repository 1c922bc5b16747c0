-- The accounts `creator` and `payouts_in_transit` carry the creator and the day; the others carry neither.
insert into balance (brand_id, account, creator_id, currency, available_on, amount)
select p.brand_id, side.account,
    case when side.account in ('creator', 'payouts_in_transit') then p.creator_id else 0 end,
    p.currency,
    case when side.account in ('creator', 'payouts_in_transit') then p.available_on else date '0001-01-01' end,
    sum(side.amount)
from (      -- first what is alike: most fees of a batch are one row
    select brand_id, debit, credit, creator_id, currency, available_on, sum(amount) amount
    from posting
    group by brand_id, debit, credit, creator_id, currency, available_on
) p
cross join lateral (values (p.debit, -p.amount), (p.credit, p.amount)) side (account, amount)
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5      -- one order for everybody: no deadlocks
on conflict (brand_id, account, creator_id, currency, available_on)
do update set amount = balance.amount + excluded.amount
