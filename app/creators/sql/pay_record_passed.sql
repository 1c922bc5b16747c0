-- What runs have passed over because the brand had too little funds, and no later run has taken up: the newest such run
-- of each creator.
select coalesce(sum(newest.amount), 0)::bigint as amount
from (
    select distinct on (s.creator_id) s.creator_id, s.amount, b.made_at
    from payout_skip s
    join payout_batch b on b.id = s.batch_id
    where s.brand_id = %(brand)s and s.reason = 'brand_unfunded' and b.currency = %(currency)s
        and b.status <> 'cancelled' and b.made_at >= %(since)s and b.made_at <= %(at)s
    order by s.creator_id, b.made_at desc, b.id desc
) newest
where not exists (
    select
    from payout p
    join payout_batch b on b.id = p.batch_id
    join entry e on e.brand_id = %(brand)s and e.cause = p.id and e.kind = 'reserve'
    where p.creator_id = newest.creator_id and p.currency = %(currency)s
        and p.status in ('reserved', 'sent', 'paid') and b.made_at > newest.made_at and b.made_at <= %(at)s)
