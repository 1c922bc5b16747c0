-- What of approved payouts is money of one brand: its entries as they were linked, also when they have been let go since.
select b.made_at key_at, o.id key_id, o.public_id id, o.currency, o.status, o.status_at, o.paid_on,
    c.public_id creator_id, c.handle creator_handle, c.name creator_name, part.entries, part.amount
from payout o
join payout_batch b on b.id = o.batch_id and b.status in ('approved', 'completed')
join creator c on c.id = o.creator_id
join lateral (
    select count(*) entries, sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint amount
    from payout_line l
    join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
    where l.payout_id = o.id and l.brand_id = %(brand)s
) part on part.entries > 0
where (%(id)s::uuid is null or o.public_id = %(id)s)
    and (%(creator)s::uuid is null or c.public_id = %(creator)s)
    and o.creator_id in (select creator_id from contract where brand_id = %(brand)s)
    and (%(key_at)s::timestamptz is null or (b.made_at, o.id) < (%(key_at)s, %(key_id)s))
order by b.made_at desc, o.id desc
limit %(limit)s
