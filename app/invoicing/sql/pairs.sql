-- With whom a brand or creator has a contract or earned something, and how far self-billing between them is.
with pair as (
    select brand_id, creator_id from contract
    where case when %(side)s = 'brand' then brand_id else creator_id end = %(party)s
    union
    select brand_id, creator_id from balance
    where account = 'creator' and case when %(side)s = 'brand' then brand_id else creator_id end = %(party)s
)
select p.brand_id, p.creator_id, case when %(side)s = 'brand' then c.public_id else b.public_id end public_id,
    case when %(side)s = 'brand' then c.name else b.name end "name", a.public_id agreement,
    coalesce(s.state, 'not_asked') state
from pair p
join brand b on b.id = p.brand_id
join creator c on c.id = p.creator_id
left join lateral (
    select * from self_billing_agreement x where x.brand_id = p.brand_id and x.creator_id = p.creator_id
    order by x.id desc limit 1) a on true
left join self_billing_state s on s.agreement_id = a.id
order by 4, 1, 2
