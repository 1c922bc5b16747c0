-- How much better than the mean each creator sells in each of their markets: their own country, those of enough of
-- their audience, those they sold in. Where a market has no evidence of its own, the nearest that has some is leaned
-- on, and counts for less the further it is away. `spread` is what of a forecast stays open.
insert into market_fit (creator_id, country, top, evidence, near, discount, orders, sales_index, spread,
    brands)
with market as materialized (
    select creator_id, country::text from persona where country <> 'ZZ'
    union
    select creator_id, country from crowd
    where share >= %(fewest_share)s::float8 and country ~ '^[A-Z]{2}$' and country <> 'ZZ'
    union
    select creator_id, country from evidence where country <> 'ZZ'
), counted as materialized (
    select creator_id, country, top, sum(orders) orders from evidence group by 1, 2, 3
), tau as materialized (        -- how far creators lie apart, by the money most of them took there
    select distinct on (country, category) country, category top,
        case when creators >= %(enough)s then spread else %(wide)s::float8 end spread
    from market_mean
    order by country, category, creators desc, currency
)
select m.creator_id, m.country, c.top,
    case when o.creator_id is not null then 'own' when n.country is not null then 'near' else 'none' end,
    n.country, coalesce(n.discount, 1), coalesce(s.orders, 0),
    coalesce(o.sales_index, 1 + n.discount * (n.sales_index - 1), 1),
    sqrt(coalesce(t.spread, %(wide)s::float8) ^ 2 * %(prior)s / (%(prior)s + coalesce(o.orders, 0))
        + %(noise)s::float8 ^ 2), coalesce(o.brands, n.brands, '{}')
from market m
join (select distinct creator_id, top from at_home) c using (creator_id)
left join market_index o on o.creator_id = m.creator_id and o.country = m.country and o.top = c.top
left join counted s on s.creator_id = m.creator_id and s.country = m.country and s.top = c.top
left join tau t on t.country = m.country and t.top = c.top
left join place here on here.country = m.country
left join lateral (
    select i.country, i.sales_index, i.brands, case
        when there.languages && here.languages then %(same_tongue)s::float8
        when there.region = here.region then %(same_region)s::float8
        else %(elsewhere)s::float8 end discount
    from market_index i
    left join place there on there.country = i.country
    where o.creator_id is null and i.creator_id = m.creator_id and i.top = c.top
    order by discount desc, i.orders desc, i.country
    limit 1
) n on true
