with back as (
    update due_aside set resolved_at = %(at)s
    where resolved_at is null
        and (%(brand)s::int is null or brand_id = %(brand)s) and (%(id)s::bigint is null or id = %(id)s)
    returning brand_id, source, order_ref, line_ref
)
insert into due (brand_id, lane, source, order_ref, line_ref)
select brand_id, brand_id %% %(lanes)s, source, order_ref, line_ref from back
