-- From here on the batch pays to these names and numbers, whatever the creators change (rules.md B22). The reference is
-- the EndToEndId of the bank file: random, so that a restored database can't use one again for other money. It is a
-- creditor reference (ISO 11649): SP and 19 digits after check digits modulo 97, where S is 28, P 25 and RF00 271500.
update payout p set holder = place.holder, iban = place.iban, account = place.account,
    rail = case when place.account is not null then 'stripe'
        when %(to_banks)s and p.currency = 'EUR' and exists (
            select from bank_route way
            where (way.creator_id, way.holder, way.iban) = (p.creator_id, place.holder, place.iban)) then 'outbound'
        when p.currency = 'EUR' and left(place.iban, 2) = any(%(sepa_countries)s) then 'sepa' else 'list' end,
    reference = 'RF' || lpad((98 - mod(('2825' || drawn.digits || '271500')::numeric, 97))::text, 2, '0')
        || 'SP' || drawn.digits
from payment_destination place, (
    select id, lpad((('x' || right(replace(gen_random_uuid()::text, '-', ''), 15))::bit(60)::bigint)::text, 19, '0') digits
    from payout where batch_id = %(batch)s
) drawn
where drawn.id = p.id and place.creator_id = p.creator_id and p.batch_id = %(batch)s and p.status = 'reserved'
returning p.id, p.holder, coalesce(p.account, p.iban), p.rail, p.reference
