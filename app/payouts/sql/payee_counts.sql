-- How many accounts a batch pays to, by what banks said of their names last; null where nobody has asked. Stripe
-- pays to accounts of its own, of which no bank is asked.
select answer.result, count(*)
from payout p
left join payment_destination account on p.account is null and account.creator_id = p.creator_id
left join payee_answer answer on answer.iban = coalesce(p.iban, account.iban)
    and answer.holder = coalesce(p.holder, account.holder)
where p.batch_id = %(batch)s and p.status <> 'dropped' and (p.iban is not null or p.account is null and account.account is null)
group by answer.result
