-- Orders paid with the e-mail address of somebody who signs in for the creator that earns on them.
select p.brand_id, p.sale_id
from purchase p
join membership m on m.creator_id = p.creator_id and m.ended_at is null
join person on person.id = m.person_id
where p.sale_id is not null and p.paid_at > %(since)s and lower(p.email) = lower(person.email)
