-- Earned, or written off, by entries; held by balances; paid by what was settled and not returned.
select brand_id, creator_id, currency, sum(earned)::bigint earned, sum(held)::bigint held, sum(paid)::bigint paid
from (
    select brand_id, creator_id, currency, case when debit = 'brand_funds' then amount else -amount end earned, 0 held,
        0 paid
    from entry where creator_id is not null and kind in ('commission', 'bonus', 'vat', 'write_off')
    union all
    select brand_id, creator_id, currency, 0, amount, 0 from balance where creator_id <> 0
    union all
    select brand_id, creator_id, currency, 0, 0, case when kind = 'settle' then amount else -amount end
    from entry where kind in ('settle', 'return')
) sides
group by brand_id, creator_id, currency
having sum(earned) <> sum(held) + sum(paid)
