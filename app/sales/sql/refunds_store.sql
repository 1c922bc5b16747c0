with stored as (
    insert into refund (brand_id, source, order_ref, line_ref, refund_ref, version, occurred_at, quantity, amount,
        currency, recorded_at, import_id)
    select j.brand_id, j.source, j."order", j.line, j.refund,
        case when (select exists (select from import where withdrawn_at is not null)) then (
            select coalesce(max(r.version), 0) + 1
            from refund r
            where r.brand_id = j.brand_id and r.source = j.source and r.order_ref = j."order" and r.line_ref = j.line
                and r.refund_ref = j.refund
        ) else 1 end,
        j.occurred_at, j.quantity, j.amount * j.minors, j.currency, %(at)s, %(import_id)s
    from judged j
    where j.fresh
    returning brand_id, source, order_ref, line_ref
)
insert into due (brand_id, lane, source, order_ref, line_ref)
select brand_id, brand_id %% 64, source, order_ref, line_ref from stored
