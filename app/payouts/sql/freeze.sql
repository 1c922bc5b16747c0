-- From here on the batch pays to these names and numbers, whatever the creators change (rules.md B22). The reference is
-- the EndToEndId of the bank file: random, so that a restored database can't use one again for other money.
update payout p set holder = bank.holder, iban = bank.iban, account = bank.account,
    rail = case when bank.account is not null then 'stripe' when p.currency = 'EUR' and left(bank.iban, 2) = any(%(sepa_countries)s) then 'sepa' else 'list' end,
    reference = 'SC' || left(upper(replace(gen_random_uuid()::text, '-', '')), 24)
from payment_destination bank
where bank.creator_id = p.creator_id and p.batch_id = %(batch)s and p.status = 'reserved'
returning p.id, p.holder, coalesce(p.account, p.iban), p.rail, p.reference
