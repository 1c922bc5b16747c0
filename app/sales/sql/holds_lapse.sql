-- Ends the holds of the lines in `work` that are not their creator's any more: there is nothing left to hold, and what the
-- next one earns is not held for it. `offset 0` as in 1_gather.sql.
with lapsed as (
    select h.id
    from work w
    cross join lateral (
        select h.id, h.creator_id from commission_hold h
        where h.brand_id = w.brand_id and h.sale_id = w.sale_id and h.released_at is null offset 0
    ) h
    cross join lateral (
        select d.creator_id from decision d where d.brand_id = w.brand_id and d.sale_id = w.sale_id
        order by d.nr desc limit 1
    ) d
    where d.creator_id is distinct from h.creator_id
)
update commission_hold set outcome = 'line_moved', answer = '', released_at = %(at)s where id in (select id from lapsed)
