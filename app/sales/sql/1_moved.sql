-- Of the lines to be decided anew, the sales whose day of availability a person has moved for the creator they are.
select coalesce(array_agg(d.sale_id), '{}')::text
from (
    select q.brand_id, q.sale_id, d.creator_id
    from due q
    cross join lateral (
        select d.creator_id from decision d
        where d.brand_id = q.brand_id and d.sale_id = q.sale_id
        order by d.nr desc
        limit 1
    ) d
    where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(again)s::bigint[])
) d
where exists (
    select from commission_event e
    where e.brand_id = d.brand_id and e.sale_id = d.sale_id and e.creator_id = d.creator_id
        and e.kind in ('approved_early', 'extended'))
