-- A month of a brand's creators, by creator and currency, cut by the instant written. Owed is what stands on the
-- creator's account and what is on its way: reserving a payout and releasing it move money between the two.
select * from (
select c.recorded_at key_at,                        -- the key: the creator, then the three letters of the currency
    c.id * 17576::bigint + (ascii(e.currency) - 65) * 676 + (ascii(substr(e.currency, 2)) - 65) * 26
        + ascii(substr(e.currency, 3)) - 65 key_id,
    c.public_id creator_id, c.handle creator_handle, c.name creator_name, e.currency,
    coalesce(sum(m.owed) filter (where e.recorded_at < %(begin)s), 0)::bigint opening,
    coalesce(sum(e.amount) filter (where e.kind = 'commission' and m.owed > 0 and m.inside), 0)::bigint commissions,
    coalesce(sum(m.owed) filter (where e.kind = 'commission' and m.owed < 0 and m.inside), 0)::bigint refunds,
    coalesce(sum(m.owed) filter (where e.kind = 'bonus' and m.inside), 0)::bigint bonuses,
    coalesce(sum(m.owed) filter (where e.kind = 'vat' and m.inside), 0)::bigint vat,
    coalesce(sum(m.owed) filter (where e.kind = 'write_off' and m.inside), 0)::bigint written_off,
    coalesce(sum(m.owed) filter (where e.kind = 'settle' and m.inside), 0)::bigint paid,
    coalesce(sum(m.owed) filter (where e.kind = 'return' and m.inside), 0)::bigint returned,
    sum(m.owed)::bigint closing
from entry e
join creator c on c.id = e.creator_id
cross join lateral (
    select case when 'creator' in (e.credit, e.debit) and 'payouts_in_transit' in (e.credit, e.debit) then 0
            when e.credit = 'creator' then e.amount else -e.amount end owed,
        e.recorded_at >= %(begin)s inside
) m
where e.brand_id = %(brand)s and e.recorded_at < %(end)s
    and (%(creator)s::uuid is null or c.public_id = %(creator)s)
group by c.id, e.currency
) month
where %(key_at)s::timestamptz is null or (key_at, key_id) < (%(key_at)s, %(key_id)s)
order by key_at desc, key_id desc
limit %(limit)s
