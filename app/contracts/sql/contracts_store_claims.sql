-- The work is in whatever the brand is known to sell (else nothing is claimed yet, see claim_missing.sql), everywhere
-- and in every format; an exclusive category that the tree knows is closed to everybody else.
with everywhere as (
    select range_agg(int4range(lo, hi)) filter (where tree = 'platform') as platforms,
        range_agg(int4range(lo, hi)) filter (where tree = 'territory') as territories,
        range_agg(int4range(lo, hi)) filter (where tree = 'format') as formats
    from node
    where parent_id is null
),
sold as (
    select b.id as brand_id, (
            select range_agg(int4range(n.lo, n.hi))
            from brand_node v
            join node n on n.id = v.node_id
            where v.brand_id = b.id
        ) as categories
    from brand b
    where b.id in (select brand_id from judged where fresh)
),
word as (
    select w.said, min(int4range(n.lo, n.hi)::text)::int4range as closed
    from (select distinct exclusive_category as said from judged where fresh) w
    join node n on n.tree = 'category' and lower(btrim(w.said)) in (n.code, lower(n.name_en), lower(n.name_nl))
    group by w.said
)
insert into claim (creator_id, contract_id, kind, lanes, categories, platforms, territories, formats, period)
select j.creator_id, k.id, c.kind, c.lanes, c.categories, e.platforms, e.territories, e.formats, k.period
from judged j
join contract k on k.ref = j.contract
join sold s on s.brand_id = j.brand_id
left join word w on w.said = j.exclusive_category
cross join everywhere e
cross join lateral (values
    ('work', int4multirange(int4range(j.brand_id, j.brand_id + 1)), s.categories),
    ('block', int4multirange(int4range(0, j.brand_id), int4range(j.brand_id + 1, 2147483647)), int4multirange(w.closed))
) c (kind, lanes, categories)
where j.fresh and c.categories is not null
order by j.at_line, c.kind desc
