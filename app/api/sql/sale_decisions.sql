-- Every decision about one line, the first one first.
select d.nr, d.decided_at, d.rule, d.label, d.reason, d.note, c.public_id creator_id, c.handle creator_handle,
    c.name creator_name
from decision d
left join creator c on c.id = d.creator_id
where d.brand_id = %(brand)s and d.sale_id = %(sale)s
order by d.nr
