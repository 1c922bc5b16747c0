-- What was sold while these streams were on air, line by line: labelled so by the newest decision, or bought on our own
-- page and not decided yet. What a line earned is the sum of its entries. Statements over `line` follow.
with aired as (
    select id stream_id, brand_id, creator_id, ref, starts_at begins,
        least(coalesce(ends_at, 'infinity'), starts_at + %(longest)s::interval) ends
    from stream where id = any (%(streams)s)
), line as materialized (
    select a.stream_id, s.brand_id, s.id, s.source, s.order_ref, s.occurred_at, s.sku, s.quantity, s.currency::text,
        s.base_minor sold, least(s.base_minor, r.amount) refunded, c.amount commission,
        s.checkout_stream is not distinct from a.ref here, d.nr is null waiting
    from aired a
    join sale s on s.brand_id = a.brand_id and s.occurred_at >= a.begins and s.occurred_at < a.ends
    left join lateral (
        select d.nr, d.rule, d.label, d.reason, d.stream_id
        from decision d where d.brand_id = s.brand_id and d.sale_id = s.id
        order by d.nr desc limit 1
    ) d on true
    cross join lateral (
        select coalesce(sum(r.amount), 0)::bigint amount
        from refund r
        where r.brand_id = s.brand_id and r.source = s.source and r.order_ref = s.order_ref and r.line_ref = s.line_ref
            and r.currency = s.currency
            and not exists (select from import i where i.id = r.import_id and i.withdrawn_at is not null)
    ) r
    cross join lateral (
        select coalesce(sum(case when e.credit = 'creator' then e.amount else -e.amount end), 0)::bigint amount
        from entry e
        where e.brand_id = s.brand_id and e.cause = s.id and e.kind = 'commission' and e.creator_id = a.creator_id
    ) c
    where case when d.rule is null then s.checkout_stream = a.ref and d.reason is distinct from 'withdrawn'
            else d.label = 'in_stream' and d.stream_id = a.stream_id end
        and not exists (select from import i where i.id = s.import_id and i.withdrawn_at is not null)
)
