-- What an exclusivity of another contract of the creator closes of a product at a time, on a platform: the categories,
-- and until when. What the product sells is what it says, else what its brand says; of what nobody has said only what is
-- closed everywhere is closed. A stream is seen where its creator lives.
with place as (
    select tree, code, lower(name_en) as name_en, lower(name_nl) as name_nl, int4multirange(int4range(lo, hi)) as whole,
        int4multirange(int4range(lo, lo + 1)) as own
    from node
)
select k.categories * sold.categories as categories, upper(k.period) as until
from creator c
join claim k on k.creator_id = c.id and k.kind = 'block' and k.lanes @> %(brand)s::int
    and k.period && tstzrange(%(starts_at)s, %(ends_at)s)
join place live on live.tree = 'format' and live.code = 'live'
join place world on world.tree = 'territory' and world.code = 'world'
left join place country on country.tree = 'territory' and country.code = c.country
join place everything on everything.tree = 'category' and everything.code = 'all'
join place platform on platform.tree = 'platform' and platform.code = %(platform)s
cross join lateral (
    select coalesce(
        (select int4multirange(int4range(n.lo, n.hi)) from product p join node n on n.tree = 'category'
                and lower(p.category) in (n.code, lower(n.name_en), lower(n.name_nl))
            where p.brand_id = %(brand)s and p.id = %(product)s limit 1),
        (select range_agg(int4range(n.lo, n.hi)) from brand_node b join node n on n.id = b.node_id
            where b.brand_id = %(brand)s),
        everything.own) as categories
) sold
where c.id = %(creator)s and k.formats && live.whole and k.platforms && platform.whole
    and k.territories && coalesce(country.whole, world.own) and k.categories && sold.categories
order by upper(k.period) desc
