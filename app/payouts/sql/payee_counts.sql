-- How many accounts a batch pays to, by what banks said of their names last; null where nobody has asked.
select answer.result, count(*)
from payout p
left join creator_account account on account.creator_id = p.creator_id
left join payee_answer answer on answer.iban = coalesce(p.iban, account.iban)
    and answer.holder = coalesce(p.holder, account.holder)
where p.batch_id = %(batch)s and p.status <> 'dropped'
group by answer.result
