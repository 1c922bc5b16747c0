-- How each payout of a batch differs from the creator's last one in this currency that went out.
select p.id as payout_id, p.amount, last.amount as last_amount, array_remove(array[
    case when last.id is null then 'new_payee' end,
    case when last.place <> coalesce(p.account, p.iban, bank.place) then 'other_account' end,
    case when p.amount * 2 > last.amount * 3 then 'much_more' end,
    case when p.amount * 2 < last.amount then 'much_less' end
], null) as kinds
from payout p
left join lateral (
    select coalesce(account, iban) as place from payment_destination where creator_id = p.creator_id
) bank on true
left join lateral (
    select q.id, q.amount, coalesce(q.account, q.iban) as place from payout q
    where q.creator_id = p.creator_id and q.currency = p.currency and q.id < p.id and q.status in ('sent', 'paid')
    order by q.id desc limit 1
) last on true
where p.batch_id = %(batch)s and p.status <> 'dropped'
