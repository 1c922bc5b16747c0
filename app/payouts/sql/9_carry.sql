-- What this payout does not repay is lent on: one entry of the payout, which evens out what it takes of the debt, and its
-- mirror, which waits for the next. Together they move nothing.
insert into posting (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at)
select part.brand_id, side.debit, side.credit, part.creator_id, part.carried, %(currency)s, 'carry', payout.id, side.seq,
    %(cutoff_on)s, %(at)s
from part
join payout on payout.creator_id = part.creator_id and payout.batch_id = %(batch)s
cross join (values ('creator_carried', 'creator', 1), ('creator', 'creator_carried', 2)) side (debit, credit, seq)
where part.carried > 0 and part.funded
