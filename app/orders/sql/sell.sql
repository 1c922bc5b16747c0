-- An order becomes a sale line, due to be settled in the same transaction.
with stored as (
    insert into sale (brand_id, source, order_ref, line_ref, occurred_at, visitor, sku, description, quantity, unit_price,
        base_minor, currency, country, checkout_stream, recorded_at, import_id)
    values (%(brand)s, %(source)s, %(order)s, '1', %(occurred_at)s, %(visitor)s, %(sku)s, %(name)s, %(quantity)s,
        %(unit_price)s, %(base)s, %(currency)s, %(country)s, %(stream)s, %(at)s, %(import_id)s)
    returning brand_id, id, source, order_ref, line_ref
), noted as (
    insert into due (brand_id, lane, sale_id, source, order_ref, line_ref)
    select brand_id, brand_id %% 64, id, source, order_ref, line_ref from stored
)
select id from stored
