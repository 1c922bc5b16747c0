-- Fees that are due to be booked, marked as such and put into `posting`. Who comes second finds none: rows are locked.
with due as (
    select m.id, m.cost, m.currency, m.created, coalesce(whose.brand_id, 0) brand_id
    from provider_movement m
    left join lateral (
        select e.brand_id from provider_expected e
        where e.about = m.about and e.kind = m.kind and e.brand_id is not null limit 1
    ) whose on m.kind in ('payment', 'refund', 'dispute')
    where m.fee_booked_at is null
        and (m.cost = 0 or m.kind not in ('payment', 'refund', 'dispute') or whose.brand_id is not null
            or m.created < %(patient_until)s)
    for update of m skip locked
), marked as (
    update provider_movement m set fee_booked_at = %(at)s from due where due.id = m.id and m.fee_booked_at is null
    returning due.*
)
insert into posting (brand_id, debit, credit, amount, currency, kind, cause, seq, occurred_at)
select brand_id, case when cost > 0 then 'platform_revenue' else 'bank' end,
    case when cost > 0 then 'bank' else 'platform_revenue' end, abs(cost), currency, 'provider_fee', id, 1, created
from marked where cost <> 0
