-- What an export says was refunded of a line in all, less what is recorded of it already: only the rest is a refund. A
-- cancelled order that never was a sale here has none. (What came by a withdrawn import counts as absent.)
merge into staged t
using (
    select t.at_line, t.amount - r.amount rest, t.refund <> 'cancelled' or exists (
            select from sale s
            where s.brand_id = b.id and s.source = t.source and s.order_ref = t."order" and s.line_ref = t.line
                and s.import_id not in (select id from import where withdrawn_at is not null)
        ) sold
    from staged t
    join brand b on b.handle = t.brand
    cross join lateral (
        select coalesce(sum(r.amount), 0) * (%(units)s::jsonb -> t.currency)::numeric amount
        from refund r
        where r.brand_id = b.id and r.source = t.source and r.order_ref = t."order" and r.line_ref = t.line
            and r.currency = t.currency and r.import_id not in (select id from import where withdrawn_at is not null)
    ) r
) known on known.at_line = t.at_line
when matched and (known.rest <= 0 or not known.sold) then delete
when matched then update set amount = known.rest
