-- What a creator earned, is available at the cut-off, and stands in no live payout, with debts that were carried or
-- written off. Taken once: every later statement of the assembly sees this same set, whatever is posted meanwhile. A
-- commission that is held stays where it is.
create temporary table eligible on commit drop as
select e.brand_id, e.id, e.creator_id, e.kind, e.cause,
    case when e.credit = 'creator' then e.amount else -e.amount end as amount
from entry e
left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
where e.kind in ('commission', 'bonus', 'vat', 'carry', 'write_off') and e.currency = %(currency)s
    and e.available_on <= %(cutoff_on)s
    and l.entry_id is null and (%(brands)s::int[] is null or e.brand_id = any(%(brands)s))
    and (%(but)s::int[] is null or e.brand_id <> all(%(but)s))
    and not exists (
        select from commission_hold h
        where h.brand_id = e.brand_id and h.sale_id = e.cause and h.creator_id = e.creator_id
            and h.released_at is null and e.kind = 'commission')
