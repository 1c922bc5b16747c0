-- Work that lies in another contract's block: there can be none. A plain join by the creator with whole comparisons in
-- place of the constraint's operators, so that neither the constraint nor its index is what is asked.
select distinct b.contract_id as holder_id, w.contract_id as other_id
from claim b
join claim w on w.creator_id = b.creator_id and w.contract_id <> b.contract_id
where b.kind = 'block' and w.kind = 'work' and not isempty(b.lanes * w.lanes)
    and not isempty(b.categories * w.categories) and not isempty(b.platforms * w.platforms)
    and not isempty(b.territories * w.territories) and not isempty(b.formats * w.formats)
    and not isempty(b.period * w.period)
order by 1, 2
