-- What everybody who can be found is compared by: as documents, channels and languages say.
insert into creator_traits as old (creator_id, categories, branches, market, language, age, size)
with word as materialized (
    select 'c:' || n.id as facet, n.id, n.lo, n.hi, t.id as top
    from node n
    join node t on t.tree = n.tree and t.lo <= n.lo and n.hi <= t.hi
        and t.parent_id = (select id from node r where r.tree = 'category' and r.parent_id is null)
    where n.tree = 'category'
),
at_home as materialized (
    select d.creator_id, w.id, w.lo, w.hi, w.top
    from (select creator_id, unnest(facets) as facet from search_document) d join word w using (facet)
),
finest as (  -- without those that another one lies in
    select a.creator_id, array_agg(a.id order by a.id) as categories
    from (
        select a.creator_id, a.id
        from at_home a
        left join at_home f on f.creator_id = a.creator_id and f.id <> a.id and a.lo <= f.lo and f.hi <= a.hi
        group by a.creator_id, a.id
        having count(f.id) = 0
    ) a
    group by a.creator_id
),
topics as (
    select a.creator_id, array_agg(distinct a.top order by a.top) as branches, f.categories
    from at_home a join finest f using (creator_id)
    group by a.creator_id, f.categories
),
audience as (
    select c.creator_id, s.what, s.key, sum(greatest(coalesce(c.followers, 0), 1)::numeric * s.share::int) as weight
    from channel c
    cross join lateral (
        select 'market', key, value from jsonb_each_text(c.audience_countries)
        union all select 'language', key, value from jsonb_each_text(c.audience_languages)
        union all select 'age', key, value from jsonb_each_text(c.audience_ages)
    ) s (what, key, share)
    group by c.creator_id, s.what, s.key
),
main as (
    select distinct on (a.creator_id, a.what) a.creator_id, a.what, a.key
    from audience a
    order by a.creator_id, a.what, a.weight desc, a.key
)
select d.creator_id, coalesce(t.categories, '{}'), coalesce(t.branches, '{}'),
    coalesce(m.key, nullif(c.country, 'ZZ')), coalesce(c.languages[1], l.key), g.key,
    ln(greatest(coalesce(d.followers, 1), 1)::double precision) + d.creator_id * 1e-9::double precision
from search_document d
join creator c on c.id = d.creator_id
left join topics t on t.creator_id = d.creator_id
left join main m on m.creator_id = d.creator_id and m.what = 'market'
left join main l on l.creator_id = d.creator_id and l.what = 'language'
left join main g on g.creator_id = d.creator_id and g.what = 'age'
order by d.creator_id
on conflict (creator_id) do update set categories = excluded.categories, branches = excluded.branches,
    market = excluded.market, language = excluded.language, age = excluded.age, size = excluded.size
where (old.categories, old.branches, old.market, old.language, old.age, old.size) is distinct from
    (excluded.categories, excluded.branches, excluded.market, excluded.language, excluded.age, excluded.size)
