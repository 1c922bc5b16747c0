with stored as (
    insert into sale (brand_id, source, order_ref, line_ref, version, occurred_at, visitor, sku, description, quantity,
        unit_price, discount_minor, base_minor, currency, country, coupon, coupon_key, checkout_stream, recorded_at,
        import_id)
    select j.brand_id, j.source, j."order", j.line,
        case when (select exists (select from import where withdrawn_at is not null)) then (
            select coalesce(max(s.version), 0) + 1
            from sale s
            where s.brand_id = j.brand_id and s.source = j.source and s.order_ref = j."order" and s.line_ref = j.line
        ) else 1 end,
        j.occurred_at, decode(j.visitor, 'hex'), j.sku, j.description, j.quantity, j.unit_price,
        coalesce(j.discount * j.minors, 0), j.base_minor, j.currency, j.country, j.coupon, j.coupon_key, j.checkout_stream,
        %(at)s, %(import_id)s
    from judged j
    where j.fresh
    returning brand_id, id, source, order_ref, line_ref
)
insert into due (brand_id, lane, sale_id, source, order_ref, line_ref)
select brand_id, brand_id %% 64, id, source, order_ref, line_ref from stored
