-- What a creator earned in a currency, is available at the cut-off, and stands in no live payout, with brands whose
-- balance is for the creator: what an assembly would link.
select e.brand_id, b.name as brand, e.id as entry_id, e.kind, e.available_on,
    case when e.credit = 'creator' then e.amount else -e.amount end as amount
from brand b
join entry e on e.brand_id = b.id and e.creator_id = %(creator)s and e.available_on <= %(cutoff_on)s
left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
where e.kind in ('commission', 'bonus', 'vat') and e.currency = %(currency)s and l.entry_id is null
    and not exists (
        select from commission_hold h
        where h.brand_id = e.brand_id and h.sale_id = e.cause and h.creator_id = e.creator_id
            and h.released_at is null and e.kind = 'commission')
order by e.brand_id, e.id
