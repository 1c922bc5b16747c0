-- Cases of the brand's exclusivities, and contracts that one side has ended for cause.
select found.cases, found.upheld, found.dismissed, ended.by_brand, ended.by_creators
from (
    select count(*) as cases, count(*) filter (where b.status = 'upheld') as upheld,
        count(*) filter (where b.status = 'dismissed') as dismissed
    from breach b
    join contract k on k.id = b.contract_id
    where k.brand_id = %(brand)s and b.found_at >= %(since)s and b.found_at <= %(at)s
) found
cross join (
    select count(*) filter (where e.side = 'brand') as by_brand, count(*) filter (where e.side = 'creator') as by_creators
    from ending e
    join contract k on k.id = e.contract_id
    where k.brand_id = %(brand)s and e.kind = 'cause' and e.given_at >= %(since)s and e.given_at <= %(at)s
) ended
