-- What was sold, by brand, market, category, money and month (UTC). An order with lines in two categories counts in both.
insert into outcome (creator_id, brand_id, country, category, currency, month, orders, gross, net)
select creator_id, brand_id, country, category, currency, month, count(*), sum(gross), sum(net)
from (
    select creator_id, brand_id, country, category, currency,
        date_trunc('month', occurred_at at time zone 'UTC')::date as month, sum(gross) gross, sum(net) net
    from sold
    group by 1, 2, 3, 4, 5, 6, source, order_ref
) per_order
group by 1, 2, 3, 4, 5, 6
