-- What everybody who can be found is compared by: as documents, channels and languages say.
insert into likeness as old (creator_id, categories, branches, market, language, age, size)
with at_home as (
    select d.creator_id, n.id, n.lo, n.hi, t.id as top
    from search_document d
    cross join lateral unnest(d.facets) f (facet)
    join node n on starts_with(f.facet, 'c:') and n.id = substr(f.facet, 3)::int
    join node t on t.tree = n.tree and t.lo <= n.lo and n.hi <= t.hi
        and t.parent_id = (select id from node r where r.tree = 'category' and r.parent_id is null)
),
topics as (
    select a.creator_id, array_agg(distinct a.top order by a.top) as branches,
        array_agg(distinct a.id order by a.id) filter (where not exists (
            select from at_home f
            where f.creator_id = a.creator_id and f.id <> a.id and a.lo <= f.lo and f.hi <= a.hi)) as categories
    from at_home a
    group by a.creator_id
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
