-- What has happened since a batch was submitted to those it pays: each payout that is sent, with everything that speaks
-- against paying it. `about` is a name or a reason.
select p.public_id as payout, c.name as creator, p.amount, p.currency, happened.kind, happened.about
from payout p
join payout_batch b on b.id = p.batch_id
join creator c on c.id = p.creator_id
cross join lateral (
    select 1 as rank, 'bank_details' as kind, '' as about
    from (values (1)) one
    left join payment_destination bank on bank.creator_id = p.creator_id
    where bank.recorded_at > b.submitted_at
        or (bank.account, bank.iban, bank.holder) is distinct from (p.account, p.iban, p.holder)
    union all
    select 2, 'hold', hold.reason from payout_hold hold where hold.creator_id = p.creator_id and hold.released_at is null
    union all
    select 3, 'refused', coalesce(other.reason, '')
    from refused_account refused join payout other on other.id = refused.payout_id
    where refused.creator_id = p.creator_id and other.iban = p.iban and other.id <> p.id
    union all
    select 4, 'name_mismatch', ''
    from payee_answer answer where answer.iban = p.iban and answer.holder = p.holder and answer.result = 'no_match'
    union all
    select 5, 'no_tax_data', '' from no_tax_data overdue where overdue.creator_id = p.creator_id
    union all
    select 6, 'disabled', person.name
    from membership m join person on person.id = m.person_id
    where m.creator_id = p.creator_id and m.ended_at is null and person.disabled_at > b.submitted_at
    union all
    select 7, 'closed', person.name
    from membership m join person on person.id = m.person_id
    where m.creator_id = p.creator_id and m.role = 'creator' and m.ended_at > b.submitted_at
        and not exists (select from membership n where n.creator_id = m.creator_id and n.role = 'creator'
            and n.person_id = m.person_id and n.ended_at is null)
) happened
where p.batch_id = %(batch)s and p.status = 'sent'
order by p.id, happened.rank, happened.about
