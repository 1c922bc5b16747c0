-- What a creator owes back, by brand and currency: lines of which more was taken back than stands in no payout, what
-- payouts carried over, less what was written off. The day on which it lapses: twelve months after something was last
-- earned or taken back; none while what was earned and is not paid yet makes good for it.
with line as (
    select e.brand_id, e.currency, e.kind, case when e.kind = 'vat' then 0 else e.cause end as cause,
        sum(case when e.credit = 'creator' then e.amount else -e.amount end)
            filter (where l.entry_id is null)::bigint as amount,
        max(e.recorded_at) filter (where e.kind in ('commission', 'bonus', 'vat')) as moved_at
    from brand b
    join entry e on e.brand_id = b.id and e.creator_id = %(creator)s
        and e.kind in ('commission', 'bonus', 'vat', 'carry', 'write_off')
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    where %(brand)s::int is null or b.id = %(brand)s
    group by 1, 2, 3, 4
)
select b.id as brand_id, b.public_id as brand, b.name, d.currency, d.owed, d.earned,
    offset_share(b.id, %(creator)s, %(on)s) as share_bps,
    case when d.earned < d.owed then (d.moved_on + interval '12 months')::date end as lapses_on
from (
    select brand_id, currency, -(sum(amount) filter (where amount < 0 or kind in ('carry', 'write_off')))::bigint as owed,
        coalesce(sum(amount) filter (where amount > 0 and kind not in ('carry', 'write_off')), 0)::bigint as earned,
        (max(moved_at) at time zone 'UTC')::date as moved_on
    from line group by brand_id, currency
) d
join brand b on b.id = d.brand_id
where d.owed > 0
order by b.name, b.id, d.currency
