-- With whom a brand or creator has a contract or earned something, and how far self-billing between them is.
with pair as (
    select brand_id, creator_id from contract
    where case %(side)s when 'brand' then brand_id else creator_id end = %(party)s
    union
    select brand_id, creator_id from balance
    where account = 'creator' and case %(side)s when 'brand' then brand_id else creator_id end = %(party)s
)
select p.brand_id, p.creator_id, case %(side)s when 'brand' then c.public_id else b.public_id end public_id,
    case %(side)s when 'brand' then c.name else b.name end "name", a.public_id agreement,
    case
        when a.id is null then 'not_asked'
        when exists (select from self_billing_end e where e.agreement_id = a.id) then 'given_up'
        when n.agreement_id is not null then 'in_force'
        when bn.vat_number is distinct from bp.vat_number or cn.vat_number is distinct from cp.vat_number
            then 'outdated'
        else 'unsigned' end state
from pair p
join brand b on b.id = p.brand_id
join creator c on c.id = p.creator_id
left join lateral (
    select * from self_billing_agreement x where x.brand_id = p.brand_id and x.creator_id = p.creator_id
    order by x.id desc limit 1) a on true
left join tax_profile bp on bp.id = a.brand_profile_id
left join tax_profile cp on cp.id = a.creator_profile_id
left join lateral (
    select vat_number from tax_profile t where t.brand_id = p.brand_id order by t.id desc limit 1) bn on true
left join lateral (
    select vat_number from tax_profile t where t.creator_id = p.creator_id order by t.id desc limit 1) cn on true
left join self_billing_now n on n.agreement_id = a.id
order by 4, 1, 2
