-- With all reasons: a creator whose hold is released wants to know that the brand has no money either.
insert into payout_skip (batch_id, creator_id, amount, reason, further)
select %(batch)s, payee.creator_id, payee.amount, payee.reason,
    payee.reasons[2:] || case when unfunded.creator_id is not null and 'brand_unfunded' <> all(payee.reasons)
        then array['brand_unfunded'] else '{}' end
from payee
left join (
    select distinct part.creator_id
    from part
    left join brand_cash cash on cash.brand_id = part.brand_id and cash.currency = %(currency)s
    where part.amount > 0 and (not part.funded or part.amount > coalesce(cash.amount, 0))
) unfunded on unfunded.creator_id = payee.creator_id
where payee.reason <> 'brand_unfunded'
