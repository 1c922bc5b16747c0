-- What a brand's creators earned in its own currency and were paid: by the day it became payable and the day the money
-- went out (by the platform's calendar). The newest payouts only. Left out is what a creator's own side held up: a run
-- between the two days that passed the creator over for another reason than the brand's funds.
with recent as materialized (
    select p.id, p.creator_id, (p.status_at at time zone %(zone)s)::date as paid_on, b.made_at
    from payout p
    join payout_batch b on b.id = p.batch_id
    where p.currency = %(currency)s and p.status = 'paid' and p.status_at >= %(since)s and p.status_at <= %(at)s
        and exists (
            select from entry e where e.brand_id = %(brand)s and e.cause = p.id and e.kind = 'reserve')
    order by p.status_at desc, p.id desc
    limit %(most)s
)
select e.available_on, r.paid_on, count(*) as lines, sum(e.amount)::bigint as amount
from recent r
join payout_line l on l.payout_id = r.id and l.brand_id = %(brand)s and l.released_at is null
join entry e on e.brand_id = l.brand_id and e.id = l.entry_id and e.credit = 'creator'
where not exists (
    select
    from payout_skip s
    join payout_batch b on b.id = s.batch_id
    where s.creator_id = r.creator_id and s.reason <> 'brand_unfunded' and b.currency = %(currency)s
        and b.cutoff_on >= e.available_on and b.made_at < r.made_at)
group by e.available_on, r.paid_on
order by e.available_on, r.paid_on
