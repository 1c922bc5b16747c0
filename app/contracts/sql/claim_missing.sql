-- What came by file claims work in the brand's own categories, everywhere and in every format. Who is at it at the same
-- moment wins; what a block closes is left out.
with sold as (
    select v.brand_id, range_agg(int4range(n.lo, n.hi)) as categories
    from brand_node v
    join node n on n.id = v.node_id
    group by v.brand_id
)
insert into claim (creator_id, contract_id, kind, lanes, categories, platforms, territories, formats, period)
select k.creator_id, k.id, 'work', int4multirange(int4range(k.brand_id, k.brand_id + 1)), v.categories, r.platform,
    r.territory, r.format, k.period
from contract k
join sold v on v.brand_id = k.brand_id
cross join (
    select range_agg(int4range(lo, hi)) filter (where tree = 'platform') as platform,
        range_agg(int4range(lo, hi)) filter (where tree = 'territory') as territory,
        range_agg(int4range(lo, hi)) filter (where tree = 'format') as format
    from node
    where parent_id is null
) r
where k.signed_at is null and upper(k.period) > %(at)s
    and not exists (select from claim c where c.contract_id = k.id and c.kind = 'work')
order by k.id
on conflict do nothing
