-- What a shop has told of an order by itself stands (it came as values, by an import without a file): it knows tax and
-- discounts of every line, and how the buyer came. An export adds nothing to such an order, in whatever lines it has it.
delete from staged t
using brand b
where b.handle = t.brand
    and exists (
        select from sale s
        join import i on i.id = s.import_id and i.sha256 = '' and i.id <> %(import_id)s
            and i.withdrawn_at is null
        where s.brand_id = b.id and s.source = t.source and s.order_ref = t."order"
    )
