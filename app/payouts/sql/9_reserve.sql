-- Available on the cut-off day, so that the creator's balance shrinks where the paid entries stand.
insert into posting (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at)
select part.brand_id, 'creator', 'payouts_in_transit', part.creator_id, part.amount, %(currency)s, 'reserve', payout.id,
    1, %(cutoff_on)s, %(at)s
from part
join payout on payout.creator_id = part.creator_id and payout.batch_id = %(batch)s
where part.amount > 0 and part.funded
