-- How far an agreement is.
select case
    when exists (select from self_billing_end e where e.agreement_id = a.id) then 'given_up'
    when n.agreement_id is not null then 'in_force'
    when bn.vat_number is distinct from bp.vat_number or cn.vat_number is distinct from cp.vat_number
        or exists (select from self_billing_agreement x
            where x.brand_id = a.brand_id and x.creator_id = a.creator_id and x.id > a.id) then 'outdated'
    else 'unsigned' end
from self_billing_agreement a
join tax_profile bp on bp.id = a.brand_profile_id
join tax_profile cp on cp.id = a.creator_profile_id
join lateral (select vat_number from tax_profile p where p.brand_id = a.brand_id order by p.id desc limit 1) bn on true
join lateral (
    select vat_number from tax_profile p where p.creator_id = a.creator_id order by p.id desc limit 1) cn on true
left join self_billing_now n on n.agreement_id = a.id
where a.id = %(agreement)s
