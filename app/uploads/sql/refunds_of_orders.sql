-- Refunds of whole orders (line `*`) over the lines that are known of them, in proportion to what these are worth, by
-- largest remainder, never more than is left of the order. One that is recorded already, of an order that is not known,
-- or of one whose refunds an order export or the shop itself (by an import without a file) has told, changes nothing.
merge into staged t
using (
    with whole as (
        select t.at_line, t.brand, t.source, t.refund, t."order", t.occurred_at, t.currency, b.id brand_id,
            (%(units)s::jsonb -> t.currency)::numeric unit, t.amount
        from staged t
        join brand b on b.handle = t.brand
        where t.line = '*'
    ), back as (
        select w.at_line, coalesce(sum(r.amount), 0) amount, coalesce(bool_or(r.refund_ref = w.refund), false) known,
            coalesce(bool_or(r.refund_ref like 'refunded %%' or r.refund_ref = 'cancelled' or (i.sha256 = '' and i.id <> %(import_id)s)), false) told
        from whole w
        left join (refund r join import i on i.id = r.import_id and i.withdrawn_at is null)
            on r.brand_id = w.brand_id and r.source = w.source and r.order_ref = w."order" and r.currency = w.currency
        group by w.at_line
    ), line as (
        select w.*, s.line_ref, s.base_minor weight, sum(s.base_minor) over (partition by w.at_line) sum_weight,
            least(round(w.amount / w.unit), greatest(sum(s.base_minor) over (partition by w.at_line) - b.amount, 0)) total
        from whole w
        join back b on b.at_line = w.at_line and not b.known and not b.told
        join sale s on s.brand_id = w.brand_id and s.source = w.source and s.order_ref = w."order"
            and s.currency = w.currency and s.base_minor > 0
            and s.import_id not in (select id from import where withdrawn_at is not null)
    ), share as (
        select *, div(total * weight, sum_weight) least_share,
            row_number() over (partition by at_line order by mod(total * weight, sum_weight) desc, line_ref) nr,
            total - sum(div(total * weight, sum_weight)) over (partition by at_line) rest
        from line
    )
    select at_line, brand, source, refund, "order", line_ref line, occurred_at, currency,
        (least_share + (nr <= rest)::int) * unit amount
    from share
    where least_share + (nr <= rest)::int > 0
    union all
    select at_line, brand, source, refund, "order", '*', occurred_at, currency, amount from whole
) known on known.at_line = t.at_line and known.line = t.line
when matched then delete
when not matched then
    insert (at_line, brand, source, refund, "order", line, occurred_at, amount, currency)
    values (known.at_line, known.brand, known.source, known.refund, known."order", known.line, known.occurred_at,
        known.amount, known.currency)
