-- The last lines that were sold while these streams were on air (as in desk_lines.sql), the newest first: from the newest
-- sale back, no further than needed.
select l.occurred_at, l.brand_id, l.id, l.sku, coalesce(p.name, l.sku) name, l.quantity, l.sold,
    least(l.sold, r.amount) refunded, c.amount commission, l.currency, l.waiting
from (
    select x.*, a.creator_id
    from stream a
    cross join lateral (
        select s.brand_id, s.id, s.source, s.order_ref, s.line_ref, s.occurred_at, s.sku, s.quantity,
            s.currency::text, s.base_minor sold, d.nr is null waiting
        from sale s
        left join lateral (
            select d.nr, d.rule, d.label, d.reason, d.stream_id
            from decision d where d.brand_id = s.brand_id and d.sale_id = s.id
            order by d.nr desc limit 1
        ) d on true
        where s.brand_id = a.brand_id and s.occurred_at >= a.starts_at
            and s.occurred_at < least(coalesce(a.ends_at, 'infinity'), a.starts_at + %(longest)s::interval)
            and case when d.rule is null then s.checkout_stream = a.ref and d.reason is distinct from 'withdrawn'
                else d.label = 'in_stream' and d.stream_id = a.id end
            and not exists (select from import i where i.id = s.import_id and i.withdrawn_at is not null)
        order by s.occurred_at desc limit %(most)s
    ) x
    where a.id = any (%(streams)s)
    order by x.occurred_at desc, x.id desc
    limit %(most)s
) l
left join product p on p.brand_id = l.brand_id and p.sku = l.sku
cross join lateral (
    select coalesce(sum(r.amount), 0)::bigint amount
    from refund r
    where r.brand_id = l.brand_id and r.source = l.source and r.order_ref = l.order_ref and r.line_ref = l.line_ref
        and r.currency = l.currency
        and not exists (select from import i where i.id = r.import_id and i.withdrawn_at is not null)
) r
cross join lateral (
    select coalesce(sum(case when e.credit = 'creator' then e.amount else -e.amount end), 0)::bigint amount
    from entry e
    where e.brand_id = l.brand_id and e.cause = l.id and e.kind = 'commission' and e.creator_id = l.creator_id
) c
order by l.occurred_at desc, l.id desc
