-- How every creator stands in each of their markets and categories. `quality` adds up as scoring.quality does, in its
-- order, so that both come to the same double.
insert into standing (creator_id, country, category, quality, sales_index, sales, audience, reliability, freshness,
    spread, orders, streams, minutes, evidence, near, discount, fatigue, events, first_language, languages, platforms,
    ages, price, price_currency, brands)
with live as materialized (
    select a.creator_id, l.top, sum(a.streams) streams, sum(a.minutes) minutes
    from airtime a
    join (select distinct brand_id, top from selling) l using (brand_id)
    group by 1, 2
), asked as materialized (
    select creator_id, currency, amount from asking_price where per = 'hour'
), measured as materialized (
    select distinct creator_id from crowd
), stand as (
    select m.*, h.category, m.sales_index / (m.sales_index + 1) sales,
        case
            when w.creator_id is not null then least(1, 2 * coalesce(c.share, 0))
            when m.country = p.country then %(unknown)s::float8
            else 0 end audience,
        coalesce(t.value, p.fatigue) fatigue,
        coalesce(1 - coalesce(t.value, p.fatigue)::float8 / 100, %(unknown)s::float8) freshness,
        coalesce(l.streams, 0) streams, coalesce(l.minutes, 0) minutes, a.currency, a.amount,
        p.reliability, p.events, p.first_language, p.languages, p.platforms, p.ages
    from market_fit m
    join at_home h on h.creator_id = m.creator_id and h.top = m.top
    join persona p on p.creator_id = m.creator_id
    left join measured w on w.creator_id = m.creator_id
    left join crowd c on c.creator_id = m.creator_id and c.country = m.country
    left join fatigue t on t.creator_id = m.creator_id and t.brand_id = 0 and t.country = m.country
    left join live l on l.creator_id = m.creator_id and l.top = m.top
    left join place on place.country = m.country
    left join lateral (     -- what an hour costs in the market's own money, else in any
        select a.currency, a.amount from asked a where a.creator_id = m.creator_id
        order by a.currency is distinct from place.currency, a.currency
        limit 1
    ) a on true
), weights as (
    select * from ranking order by id desc limit 1
)
select s.creator_id, s.country, s.category, w.sales * s.sales + w.audience * %(by_country)s::float8 * s.audience
    + w.reliability * s.reliability + w.freshness * s.freshness,
    s.sales_index, s.sales, s.audience, s.reliability, s.freshness, s.spread, s.orders, s.streams, s.minutes, s.evidence,
    s.near, s.discount, s.fatigue, s.events, s.first_language, s.languages, s.platforms, s.ages, s.amount, s.currency,
    s.brands
from stand s
cross join weights w
