select brand_id, account, creator_id, currency, available_on, coalesce(b.amount, 0) balance, coalesce(e.amount, 0) entries
from (select * from balance where amount <> 0) b
full join (
    select brand_id, account, creator_id, currency, available_on, sum(amount)::bigint amount
    from (
        select e.brand_id, side.account,
            case when side.account in ('creator', 'payouts_in_transit') then e.creator_id else 0 end creator_id,
            e.currency,
            case when side.account in ('creator', 'payouts_in_transit') then e.available_on
                else date '0001-01-01' end available_on,
            side.amount
        from entry e
        cross join lateral (values (e.debit, -e.amount), (e.credit, e.amount)) side (account, amount)
    ) sides
    group by 1, 2, 3, 4, 5
    having sum(amount) <> 0
) e using (brand_id, account, creator_id, currency, available_on)
where b.amount is distinct from e.amount
