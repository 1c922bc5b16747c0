-- The commission of a shared line is posted by split_post.sql, not as one sum.
delete from posting p
using (
    select q.brand_id, q.sale_id
    from due q
    where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(lines)s::bigint[]) and exists (
        select from decision_share x
        where x.brand_id = q.brand_id and x.sale_id = q.sale_id and x.nr = (
            select max(d.nr) from decision d where d.brand_id = q.brand_id and d.sale_id = q.sale_id))
) shared
where p.brand_id = shared.brand_id and p.cause = shared.sale_id and p.kind = 'commission'
