-- What an hour live brings on average in a market, a category of the first level and a money, over the creators who
-- streamed there, also without selling. `spread` weighs each creator by their minutes, as the mean does.
insert into market_mean (country, category, currency, creators, orders, minutes, net, refund_bps, spread, brands)
with behind as (
    select country, top, currency, (array_agg(distinct brand_id))[1:3] brands from exposure group by 1, 2, 3
)
select country, top, currency, count(*), sum(orders), m, n,
    case when sum(gross) > 0 then round((sum(gross) - n) * 10000 / sum(gross)) else 0 end,
    coalesce(sqrt(sum(minutes * ((net::float8 / minutes) / (n::float8 / m) - 1) ^ 2) filter (where n > 0) / m), 0),
    b.brands
from (
    select country, top, currency, orders, gross, net, minutes, (sum(minutes) over market)::bigint m,
        (sum(net) over market)::bigint n
    from evidence
    window market as (partition by country, top, currency)
) e
join behind b using (country, top, currency)
group by country, top, currency, m, n, b.brands
