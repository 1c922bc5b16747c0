select b.handle "brand", x.account, coalesce(c.handle, '') "creator", x.currency, sum(x.amount) balance_minor
from (
    select brand_id, creator_id, currency, amount,
        case when account <> 'creator' then account
            when available_on > %(on)s then 'creator_pending' else 'creator_payable' end collate "C" account
    from balance
) x
join brand b on b.id = x.brand_id
left join creator c on c.id = x.creator_id
group by b.handle, x.account, c.handle, x.currency
having sum(x.amount) <> 0
