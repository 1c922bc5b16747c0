-- What a batch pays as of now: each open payout with where the creator's money goes (by Stripe the account stands in the
-- place of the IBAN), a live hold, and its entries.
select p.id as payout_id, p.creator_id, c.name as creator, p.amount, p.currency, p.holder as frozen_holder,
    coalesce(p.account, p.iban) as frozen_iban, p.rail, p.reference, bank.holder,
    coalesce(bank.account, bank.iban) as iban, bank.recorded_at, bank.recorded_by,
    bank.versions, hold.id is not null as held, coalesce(lines.total, 0) as total, lines.digest
from payout p
join creator c on c.id = p.creator_id
left join payment_destination bank on bank.creator_id = p.creator_id
left join payout_hold hold on hold.creator_id = p.creator_id and hold.released_at is null
left join (
    select l.payout_id, sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint as total,
        sha256(string_agg(format('%%s:%%s:%%s:%%s', e.brand_id, e.id, e.credit, e.amount), ' '
            order by e.brand_id, e.id)::bytea) as digest
    from payout_line l
    join payout of_batch on of_batch.id = l.payout_id and of_batch.batch_id = %(batch)s
    join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
    where l.released_at is null
    group by l.payout_id
) lines on lines.payout_id = p.id
where p.batch_id = %(batch)s and p.status in ('reserved', 'sent')
order by p.id
