-- What each creator streamed and sold in each market and category of the first level, also where that was nothing.
insert into evidence (creator_id, country, top, currency, orders, gross, net, minutes, brands)
select creator_id, country, top, currency, sum(orders), sum(gross), sum(net), sum(minutes),
    (array_agg(distinct brand_id))[1:3]
from exposure
group by creator_id, country, top, currency
