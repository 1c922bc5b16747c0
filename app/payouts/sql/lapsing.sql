-- Pairs of a brand and a creator in whose currency more is owed than earned, with nothing earned or taken back for twelve
-- months by the day %(on)s, and nothing on its way.
select b.brand_id, b.creator_id, b.currency, -sum(b.amount)::bigint as amount, max(moved.last_on) as last_moved_on
from (
    select brand_id, creator_id, currency, sum(amount) as amount
    from balance where account = 'creator' and (%(brand)s::int is null or brand_id = %(brand)s)
        and (%(creator)s::int is null or creator_id = %(creator)s) and (%(currency)s::text is null or currency = %(currency)s)
    group by brand_id, creator_id, currency having sum(amount) < 0
) b
cross join lateral (
    select (max(e.recorded_at) at time zone 'UTC')::date as last_on
    from entry e
    where e.brand_id = b.brand_id and e.creator_id = b.creator_id and e.currency = b.currency
        and e.kind in ('commission', 'bonus', 'vat')
) moved
where moved.last_on + interval '12 months' <= %(on)s::date
    and not exists (
        select from balance t
        where t.brand_id = b.brand_id and t.account = 'payouts_in_transit' and t.creator_id = b.creator_id
            and t.currency = b.currency and t.amount <> 0)
group by b.brand_id, b.creator_id, b.currency
order by b.currency, b.brand_id, b.creator_id
