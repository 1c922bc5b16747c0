-- Hours and what they brought, by creator, category of the first level, market, money and month (as a number).
select creator_id, top, country::text, currency::text,
    (extract(year from month) * 12 + extract(month from month))::int, sum(minutes)::float8 / 60, sum(orders)::float8,
    sum(gross)::float8, sum(net)::float8, sum(squares)
from exposure
group by creator_id, top, country, currency, month
order by creator_id, top, country, currency, month
