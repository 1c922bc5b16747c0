-- Contracts of files whose work could not be claimed, since an exclusivity closes it: a case of its holder.
with sold as (
    select v.brand_id, range_agg(int4range(n.lo, n.hi)) as categories
    from brand_node v
    join node n on n.id = v.node_id
    group by v.brand_id
)
insert into breach (contract_id, kind, cause, found_at, answer_by)
select distinct b.contract_id, 'contract', k.id, %(at)s, %(at)s + interval '7 days'
from contract k
join sold v on v.brand_id = k.brand_id
join claim b on b.creator_id = k.creator_id and b.kind = 'block' and b.period && k.period
    and b.categories && v.categories and b.lanes && int4multirange(int4range(k.brand_id, k.brand_id + 1))
where k.signed_at is null and upper(k.period) > %(at)s
    and not exists (select from claim c where c.contract_id = k.id and c.kind = 'work')
on conflict do nothing
