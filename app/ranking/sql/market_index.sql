-- Sales per hour against the mean of market and category, pulled towards 1 as if some orders at the mean had come first
-- (`prior`). Where several moneys were taken, each counts by its orders. Where nobody has sold anything, all are alike.
insert into market_index (creator_id, country, top, orders, sales_index, brands)
select creator_id, country, top, orders, (orders * own + %(prior)s) / (orders + %(prior)s), (
    select (array_agg(distinct brand))[1:3]
    from evidence e
    cross join lateral unnest(e.brands) brand
    where (e.creator_id, e.top, e.country) = (measured.creator_id, measured.top, measured.country) and e.minutes > 0
)
from (
    select e.creator_id, e.country, e.top, sum(e.orders)::int orders,
        sum(e.orders * case when m.net > 0
            then (e.net::float8 / e.minutes) / (m.net::float8 / m.minutes) else 1 end) / sum(e.orders) own
    from evidence e
    join market_mean m on m.country = e.country and m.category = e.top and m.currency = e.currency
    where e.minutes > 0
    group by 1, 2, 3
) measured
