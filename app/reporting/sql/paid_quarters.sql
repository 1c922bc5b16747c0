-- What each creator was paid in a year, by currency and quarter: settled less returned, and how many single earnings
-- those payouts stood for. A payment counts on the bank's value date, which may be entered in another year; what came
-- back counts when it did, by the platform's calendar. The newest tax profile and bank account beside it.
with dated as (
    select e.creator_id, e.currency, e.amount, e.brand_id, e.cause payout_id, e.kind,
        case when e.kind = 'settle' then coalesce(p.paid_on, (e.recorded_at at time zone %(zone)s)::date)
        else (e.recorded_at at time zone %(zone)s)::date end moved_on
    from entry e
    left join payout p on p.id = e.cause
    where e.kind in ('settle', 'return') and e.recorded_at >= %(first)s::timestamptz - interval '31 days'
), moved as (
    select creator_id, currency, extract(quarter from moved_on)::int quarter,
        case when kind = 'settle' then amount else -amount end amount, brand_id, payout_id, kind
    from dated where moved_on >= %(first)s and moved_on < %(after)s
), counted as (
    select m.creator_id, m.currency, m.quarter, count(*) activities
    from moved m
    join payout_line l on l.payout_id = m.payout_id and l.brand_id = m.brand_id
    join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
    where m.kind = 'settle' and e.kind in ('commission', 'bonus') and e.credit = 'creator'
    group by m.creator_id, m.currency, m.quarter
), sums as (
    select creator_id, currency, quarter, sum(amount)::bigint paid
    from moved group by creator_id, currency, quarter
)
select c.id creator_id, c.public_id, c.name creator_name, c.handle, s.currency,
    array_agg(s.quarter order by s.quarter) quarters, array_agg(s.paid order by s.quarter) paid,
    array_agg(coalesce(n.activities, 0) order by s.quarter) activities,
    p.kind, p.name, p.street, p.postcode, p.town, p.country, p.vat_number, p.tax_number, p.born_on, b.holder, b.iban
from sums s
join creator c on c.id = s.creator_id
left join counted n on n.creator_id = s.creator_id and n.currency = s.currency and n.quarter = s.quarter
left join lateral (select * from tax_profile t where t.creator_id = c.id order by t.id desc limit 1) p on true
left join lateral (select * from bank_detail d where d.creator_id = c.id order by d.id desc limit 1) b on true
group by c.id, s.currency, p.kind, p.name, p.street, p.postcode, p.town, p.country, p.vat_number, p.tax_number,
    p.born_on, b.holder, b.iban
order by c.name, c.id, s.currency
