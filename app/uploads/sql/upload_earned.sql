-- What some imports have brought, by rule (or the reason why it is the house's) and currency: lines, base, what was
-- given back of it, commission and fee before that, and what was booked since then. Refunds of lines that were there
-- before are `refunds`; one whose sale is not known yet is `waiting`, one in another currency than its sale
-- `currency_mismatch`.
with mine as (
    select s.brand_id, s.id, s.source, s.order_ref, s.line_ref, s.currency, s.base_minor, null what, 0::bigint given_back
    from sale s
    where s.import_id = any (%(imports)s)
    union all
    select s.brand_id, s.id, s.source, s.order_ref, s.line_ref, s.currency, 0, 'refunds', sum(r.amount)::bigint
    from refund r
    join sale s using (brand_id, source, order_ref, line_ref)
    where r.import_id = any (%(imports)s) and s.import_id <> all (%(imports)s) and r.currency = s.currency
    group by s.brand_id, s.id
)
select coalesce(m.what, d.rule, d.reason, 'due') what, m.currency, count(*) lines, sum(m.base_minor)::bigint base,
    sum(case when m.what is null then least(m.base_minor, r.amount) else m.given_back end)::bigint refunded,
    coalesce(sum((m.base_minor * d.rate_bps + 5000) / 10000), 0)::bigint gross_commission,
    coalesce(sum((m.base_minor * d.fee_bps + 5000) / 10000), 0)::bigint gross_fee,
    coalesce(sum(e.commission), 0)::bigint commission, coalesce(sum(e.fee), 0)::bigint fee, bool_or(d.rule is not null) won
from mine m
left join lateral (
    select d.rule, d.reason, d.rate_bps, d.fee_bps from decision d
    where d.brand_id = m.brand_id and d.sale_id = m.id
    order by d.nr desc limit 1
) d on true
cross join lateral (
    select coalesce(sum(r.amount), 0)::bigint amount from refund r
    where r.brand_id = m.brand_id and r.source = m.source and r.order_ref = m.order_ref and r.line_ref = m.line_ref
        and r.currency = m.currency and r.import_id not in (select id from import where withdrawn_at is not null)
) r
cross join lateral (
    select sum(signed.amount) filter (where e.kind = 'commission') commission,
        sum(signed.amount) filter (where e.kind = 'fee') fee
    from entry e
    cross join lateral (select case when e.debit = 'brand_funds' then e.amount else -e.amount end amount) signed
    where e.brand_id = m.brand_id and e.kind in ('commission', 'fee') and e.cause = m.id and e.recorded_at >= %(at)s
) e
group by 1, 2
union all
select case when s.id is null then 'waiting' else 'currency_mismatch' end, r.currency, count(*), sum(r.amount)::bigint,
    0, 0, 0, 0, 0, false
from refund r
left join sale s using (brand_id, source, order_ref, line_ref)
where r.import_id = any (%(imports)s) and r.currency is distinct from s.currency
group by 1, 2
order by 2, 10 desc, 1
