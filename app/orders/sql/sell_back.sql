-- What goes back of an order takes its part of the sale line back, due to be settled in the same transaction.
with stored as (
    insert into refund (brand_id, source, order_ref, line_ref, refund_ref, occurred_at, quantity, amount, currency,
        recorded_at, import_id)
    values (%(brand)s, %(source)s, %(order)s, '1', %(refund)s, %(at)s, %(pieces)s, %(amount)s, %(currency)s, %(at)s,
        %(import_id)s)
    returning brand_id, source, order_ref, line_ref
)
insert into due (brand_id, lane, source, order_ref, line_ref)
select brand_id, brand_id %% 64, source, order_ref, line_ref from stored
