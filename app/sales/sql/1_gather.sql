-- The claimed sale lines, each once, by the id of one of their due rows: all of them (`lines`, with the number of their
-- newest decision in `nrs`), those never decided (`first`), those decided before (`before`), and those of them that are
-- to be decided anew (`again`). In these statements `limit` makes what is looked up one look-up a line, never a join with
-- all of a table, also where the statistics know nothing of it yet; and a distributed PostgreSQL runs them where the
-- brand's rows lie.
select coalesce(array_agg(q.id), '{}')::text lines, coalesce(array_agg(coalesce(d.nr, 0)), '{}')::text nrs,
    coalesce(array_agg(q.id) filter (where d.nr is null), '{}')::text "first",
    coalesce(array_agg(q.id) filter (where d.nr is not null), '{}')::text "before",
    coalesce(array_agg(q.id) filter (where d.nr is not null and (
        %(redecide)s and (%(rulings)s or d.reason not in ('ruled', 'ruled_out'))
        or d.rule is not null and d.import_id = any (%(withdrawn)s::int[]))), '{}')::text again,
    coalesce(array_agg(distinct q.brand_id), '{}') brands, count(*) found, count(d.nr) known
from (
    select brand_id, sale_id, min(id) id from due
    where lane = any (%(lanes)s::smallint[]) and id = any (%(claimed)s::bigint[]) and sale_id is not null
    group by brand_id, sale_id
) q
left join lateral (
    select d.nr, d.rule, d.reason, s.import_id
    from decision d
    join sale s on s.brand_id = d.brand_id and s.id = d.sale_id
    where d.brand_id = q.brand_id and d.sale_id = q.sale_id
    order by d.nr desc
    limit 1
) d on true
