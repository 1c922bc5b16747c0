-- One entry per brand part, of the amount and the day of its reserve entry, so that every account's day comes out even.
insert into posting (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at)
select e.brand_id, %(debit)s, %(credit)s, e.creator_id, e.amount, e.currency, %(kind)s, e.cause, 1, e.available_on,
    %(at)s
from (select distinct brand_id, payout_id from payout_line where payout_id = any(%(payouts)s)) part
join entry e on e.brand_id = part.brand_id and e.kind = 'reserve' and e.cause = part.payout_id and e.seq = 1
