-- Each creator in each of their markets: their own country, those of enough of their audience, those that they streamed
-- for, those of brands they had a contract with. With what is known of them there without any sale, and what their
-- expected sales rest on: hours there (`own`), in a market nearby (`near`: the nearest, of these where most was
-- streamed), in another category (`beside`), or on none.
insert into market_fit (creator_id, country, top, evidence, near, orders, share, named, speaks, brands)
with market as materialized (
    select creator_id, country::text from persona where country <> 'ZZ'
    union
    select creator_id, country from crowd
    where share >= %(fewest_share)s::float8 and country ~ '^[A-Z]{2}$' and country <> 'ZZ'
    union
    select creator_id, country from evidence where country <> 'ZZ'
    union
    select k.creator_id, b.country
    from contract k
    join brand b on b.id = k.brand_id
    where lower(k.period) < %(until)s and b.country <> 'ZZ'
        and (%(creators)s::int[] is null or k.creator_id = any (%(creators)s::int[]))
), there as materialized (
    select creator_id, country, top, sum(orders)::int orders, sum(minutes) minutes
    from evidence
    group by creator_id, country, top
), behind as materialized (     -- by market and category, by category, and of all that a creator did
    select e.creator_id, coalesce(e.country, '') country, coalesce(e.top, 0) top,
        (array_agg(distinct brand))[1:3] brands
    from evidence e
    cross join lateral unnest(e.brands) brand
    group by grouping sets ((e.creator_id, e.country, e.top), (e.creator_id, e.top), (e.creator_id))
), measured as materialized (
    select distinct creator_id from crowd
)
select m.creator_id, m.country, h.top,
    case
        when o.creator_id is not null then 'own'
        when n.country is not null then 'near'
        when exists (select from there t where t.creator_id = m.creator_id) then 'beside'
        else 'none' end,
    n.country, coalesce(o.orders, 0), case when w.creator_id is not null then coalesce(c.share, 0) end, h.named,
    (here.languages && p.languages) is true, coalesce(b.brands, '{}')
from market m
join (select creator_id, top, bool_or(named) named from at_home group by creator_id, top) h using (creator_id)
join persona p using (creator_id)
left join there o on o.creator_id = m.creator_id and o.country = m.country and o.top = h.top
left join measured w on w.creator_id = m.creator_id
left join crowd c on c.creator_id = m.creator_id and c.country = m.country
left join place here on here.country = m.country
left join lateral (
    select i.country
    from there i
    left join place there on there.country = i.country
    where o.creator_id is null and i.creator_id = m.creator_id and i.top = h.top
    order by there.languages && here.languages desc nulls last, there.region = here.region desc nulls last,
        i.minutes desc, i.country
    limit 1
) n on true
left join behind b on b.creator_id = m.creator_id
    and b.country = case when o.creator_id is not null then m.country else '' end
    and b.top = case when o.creator_id is not null or n.country is not null then h.top else 0 end
