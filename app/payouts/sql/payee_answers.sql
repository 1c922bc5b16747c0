-- The accounts a batch pays to of which banks said anything but that they match: of those frozen at its submission,
-- before it of those of now; Stripe's accounts are none of a bank. `seen_by`: who has acknowledged this very answer.
select p.id as payout_id, p.public_id as payout, c.name as creator, coalesce(p.holder, account.holder) as holder,
    coalesce(p.iban, account.iban) as iban, answer.check_id, answer.result, answer.known_as,
    array(select person_id from payee_acknowledgement seen
        where seen.payout_id = p.id and seen.check_id = answer.check_id order by person_id) as seen_by
from payout p
join creator c on c.id = p.creator_id
left join payment_destination account on p.account is null and account.creator_id = p.creator_id
join payee_answer answer on answer.iban = coalesce(p.iban, account.iban)
    and answer.holder = coalesce(p.holder, account.holder)
where p.batch_id = %(batch)s and p.status <> 'dropped' and answer.result <> 'match'
order by c.name, p.id
