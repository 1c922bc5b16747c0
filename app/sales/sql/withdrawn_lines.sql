-- Claims the lines of an import's sales and refunds by due rows of this transaction: by their keys, so that every version
-- of a line is looked at.
insert into due (brand_id, lane, source, order_ref, line_ref)
select brand_id, brand_id %% 64, source, order_ref, line_ref from (
    select brand_id, source, order_ref, line_ref from sale where import_id = %(import)s
    union
    select brand_id, source, order_ref, line_ref from refund where import_id = %(import)s
) line
returning id
