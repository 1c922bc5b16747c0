-- The payouts a bank's file may speak of: by reference, by the number of the file they stand in, and those that are
-- still on their way, which amount and day may tell. Of what goes by Stripe no bank of ours knows anything.
with wanted as (
    select id from payout where reference = any(%(references)s)
    union
    select p.id from payout_file f join payout p on p.batch_id = f.batch_id and p.rail = f.rail
    where f.number = any(%(files)s)
    union
    select id from payout where status = 'sent' and %(bookings)s
)
select p.id, p.public_id, p.batch_id, p.rail, p.reference, p.iban, p.amount, p.currency, p.status, c.name creator,
    b.number batch, b.public_id batch_public_id, b.execute_on, b.downloaded_at is not null as left_us,
    f.number as file, k.id is not null as is_closed
from wanted
join payout p on p.id = wanted.id
join payout_batch b on b.id = p.batch_id
join creator c on c.id = p.creator_id
left join payout_file f on f.batch_id = b.id and f.rail = p.rail and f.version = b.file_version
left join batch_closing k on k.batch_id = b.id and k.rail = p.rail
where p.rail not in ('stripe', 'outbound') and b.status in ('approved', 'completed')
    and p.status in ('sent', 'paid', 'failed', 'returned')
order by p.id
