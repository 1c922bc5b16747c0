-- The lowest price at which a product was offered in the thirty days before an instant, in whole units: its own prices,
-- what was announced in shows on air, and prices for minutes. `known`: whether our history goes back that far.
select min(price) price, bool_or(long_ago) known
from (
    select h.price, h.since <= %(at)s - interval '30 days' long_ago
    from (
        select price, currency, since, lead(since, 1, 'infinity') over (order by since, id) until
        from product_price where brand_id = %(brand)s and product_id = %(product)s
    ) h
    where h.since <= %(at)s and h.until > %(at)s - interval '30 days' and h.currency = %(currency)s
    union all
    select i.announced_price, false
    from show_item i join show s on s.id = i.show_id
    where i.brand_id = %(brand)s and i.product_id = %(product)s and i.announced_price > 0
        and s.on_air_at <= %(at)s and coalesce(s.ended_at, 'infinity') > %(at)s - interval '30 days'
    union all
    select f.price::numeric / %(minors)s, false
    from flash_price f
    where f.brand_id = %(brand)s and f.product_id = %(product)s and f.currency = %(currency)s
        and f.begins_at <= %(at)s and f.ends_at > %(at)s - interval '30 days'
) prices
