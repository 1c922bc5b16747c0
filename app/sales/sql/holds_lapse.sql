-- Ends the holds of the lines that are not their creator's any more: there is nothing left to hold, and what the next one
-- earns is not held for it.
update commission_hold set outcome = 'line_moved', answer = '', released_at = %(at)s
where id in (
    select h.id
    from (
        select q.brand_id, q.sale_id, d.creator_id
        from due q
        cross join lateral (
            select d.creator_id from decision d where d.brand_id = q.brand_id and d.sale_id = q.sale_id
            order by d.nr desc limit 1
        ) d
        where q.lane = any (%(lanes)s::smallint[]) and q.id = any (%(lines)s::bigint[])
    ) d
    join commission_hold h on h.brand_id = d.brand_id and h.sale_id = d.sale_id
    where h.released_at is null and h.creator_id is distinct from d.creator_id
)
