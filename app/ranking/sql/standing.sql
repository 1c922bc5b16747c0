-- How every creator stands in each of their markets and categories. `quality` multiplies as scoring.quality does, in its
-- order, so that both come to the same double.
insert into standing (creator_id, country, category, quality, sales_index, audience, reliability, freshness, spread,
    orders, streams, minutes, evidence, near, fatigue, events, first_language, languages, platforms, ages, price,
    price_currency, brands, prior_index, orders_index, value_index, shape, own, widening, followers, live_viewers, views)
with live as materialized (
    select a.creator_id, l.country, l.top, sum(a.streams) streams, sum(a.minutes) minutes
    from airtime a
    join (select distinct brand_id, country, top from selling) l using (brand_id)
    where a.minutes > 0 and (%(creators)s::int[] is null or a.creator_id = any (%(creators)s::int[]))
    group by 1, 2, 3
), asked as materialized (
    select creator_id, currency, amount from asking_price where per = 'hour'
), stand as (
    select m.*, h.category, r.prior_index, r.orders_index, r.value_index, r.shape, r.own, r.widening, r.spread,
        r.orders_index * r.value_index sales_index,
        case
            when m.share is not null then least(1, 2 * m.share)
            when m.country = p.country then %(unknown)s::float8
            else 0 end audience,
        coalesce(t.value, p.fatigue) fatigue,
        coalesce(1 - coalesce(t.value, p.fatigue)::float8 / 100, %(unknown)s::float8) freshness,
        coalesce(l.streams, 0) streams, coalesce(l.minutes, 0) minutes, a.currency, a.amount,
        p.reliability, p.events, p.first_language, p.languages, p.platforms, p.ages, p.followers, p.live_viewers,
        p.views
    from market_fit m
    join rated r on r.creator_id = m.creator_id and r.country = m.country and r.top = m.top
    join at_home h on h.creator_id = m.creator_id and h.top = m.top
    join persona p on p.creator_id = m.creator_id
    left join fatigue t on t.creator_id = m.creator_id and t.brand_id = 0 and t.country = m.country
    left join live l on l.creator_id = m.creator_id and l.country = m.country and l.top = m.top
    left join place on place.country = m.country
    left join lateral (     -- what an hour costs in the market's own money, else in any
        select a.currency, a.amount from asked a where a.creator_id = m.creator_id
        order by a.currency is distinct from place.currency, a.currency
        limit 1
    ) a on true
), switches as (
    select by_reliability::float8 / 100 by_reliability, by_audience::float8 / 100 by_audience
    from ranking
    where margin is not null
    order by id desc
    limit 1
)
select s.creator_id, s.country, s.category,
    s.sales_index * (1 - w.by_reliability * (1 - s.reliability))
        * (1 - w.by_audience * %(by_country)s::float8 * (1 - s.audience)),
    s.sales_index, s.audience, s.reliability, s.freshness, s.spread, s.orders, s.streams, s.minutes, s.evidence, s.near,
    s.fatigue, s.events, s.first_language, s.languages, s.platforms, s.ages, s.amount, s.currency, s.brands,
    s.prior_index, s.orders_index, s.value_index, s.shape, s.own, s.widening, s.followers, s.live_viewers, s.views
from stand s
cross join switches w
