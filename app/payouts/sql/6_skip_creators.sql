insert into payout_skip (batch_id, creator_id, amount, reason)
select %(batch)s, creator_id, amount, reason from payee where reason <> 'brand_unfunded'
