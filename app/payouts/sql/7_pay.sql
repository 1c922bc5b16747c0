insert into payout (batch_id, creator_id, currency, amount, status_at)
select %(batch)s, creator_id, %(currency)s, amount, %(at)s from payee where reason is null order by creator_id
