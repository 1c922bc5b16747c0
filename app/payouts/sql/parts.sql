-- What a payout pays, by brand: its entries as they were linked, also when they have been let go since.
select brand.id as brand_id, brand.public_id as brand, brand.name, count(*) as entries,
    sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint as amount
from payout_line l
join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
join brand on brand.id = l.brand_id
where l.payout_id = %(payout)s
group by brand.id, brand.name order by brand.name, brand.id
