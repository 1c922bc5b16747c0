-- Order lines with this number, the newest first, that one may read: all, those of one's brands, and those that one's
-- creators earned on by any decision. Brand by brand, by the unique key.
select b.public_id brand_uuid, b.name brand, s.id, s.order_ref, s.line_ref, s.occurred_at, s.base_minor, s.currency
from brand b
cross join lateral (
    select s.* from sale s
    where s.brand_id = b.id and s.order_ref = %(order)s
        and (%(all)s or b.id = any (%(brands)s) or exists (
            select from decision d
            where d.brand_id = s.brand_id and d.sale_id = s.id and d.creator_id = any (%(creators)s)))
    order by s.occurred_at desc, s.id desc
    limit %(most)s
) s
where %(all)s or b.id = any (%(brands)s)
    or b.id in (select k.brand_id from contract k where k.creator_id = any (%(creators)s))
order by s.occurred_at desc, s.id desc
limit %(most)s
