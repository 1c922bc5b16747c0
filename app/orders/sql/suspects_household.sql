-- Orders sent to the address that the creator who earns on them has given for taxes; spaces and case do not matter.
select p.brand_id, p.sale_id
from purchase p
join tax_profile_now tax on tax.creator_id = p.creator_id
where p.sale_id is not null and p.paid_at > %(since)s and p.country = tax.country
    and regexp_replace(lower(p.postcode), '\W', '', 'g') = regexp_replace(lower(tax.postcode), '\W', '', 'g')
    and regexp_replace(lower(p.street), '\W', '', 'g') = regexp_replace(lower(tax.street), '\W', '', 'g')
