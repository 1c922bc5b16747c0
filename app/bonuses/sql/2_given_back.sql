-- What was given back on the lines of these months. Refunds count as in settlement: in the sale's currency, not of a
-- withdrawn import, and never above the base (2_lines.sql, 3_measures.sql).
insert into given_back
select s.brand_id, s.id, sum(r.amount)::bigint
from refund r
join sale s on s.brand_id = r.brand_id and s.source = r.source and s.order_ref = r.order_ref and s.line_ref = r.line_ref
    and s.currency = r.currency
where s.occurred_at >= %(from)s and s.occurred_at < %(until)s
    and (%(brands)s::int[] is null or r.brand_id = any (%(brands)s::int[]) and s.brand_id = any (%(brands)s::int[]))
    and r.import_id <> all (%(withdrawn)s::int[])
group by s.brand_id, s.id
