-- Sale lines that one of these creators nearly won: their stream at the checkout, their code, or their visit (the latest
-- of the last 90 days, the longest window there is) stood beside it, and another creator or the house has it.
select s.brand_id, s.id, b.public_id brand_uuid, b.name brand_name, s.order_ref, s.line_ref, s.occurred_at, d.rule,
    case when d.reason = any (%(rejections)s) and not exists (      -- why another's was rejected is not theirs to read
        select from decision mine
        where mine.brand_id = s.brand_id and mine.sale_id = s.id and mine.creator_id = any (%(creators)s)
    ) then '' else d.reason end reason, own.kind, own.ref, own.happened_at
from sale s
join brand b on b.id = s.brand_id
cross join lateral (
    select d.nr, d.rule, d.reason, d.creator_id from decision d
    where d.brand_id = s.brand_id and d.sale_id = s.id
    order by d.nr desc limit 1
) d
cross join lateral (
    select 'checkout' kind, t.ref, s.occurred_at happened_at
    from stream t
    where t.ref = s.checkout_stream and t.brand_id = s.brand_id and t.creator_id = any (%(creators)s)
    union all
    select 'coupon', c.code, s.occurred_at
    from coupon c
    join contract k on k.id = c.contract_id
    where c.brand_id = s.brand_id and c.key = s.coupon_key and k.creator_id = any (%(creators)s)
    union all
    (select 'touch', t.ref, t.occurred_at
    from touch t
    where t.brand_id = s.brand_id and t.visitor = s.visitor and t.creator_id = any (%(creators)s)
        and t.occurred_at between s.occurred_at - interval '2160 hours' and s.occurred_at
    order by t.occurred_at desc
    limit 1)
    limit 1
) own
where (d.creator_id is null or d.creator_id <> all (%(creators)s))
    and not exists (    -- whoever shares it has not missed it
        select from decision_share x
        where x.brand_id = s.brand_id and x.sale_id = s.id and x.nr = d.nr and x.creator_id = any (%(creators)s))
    and {which}
