-- The VAT of an invoice joins what was earned, that of a credit note goes back; %(back)s says which way. 0 is nothing.
insert into posting (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at)
select i.brand_id, case when %(back)s then x.other else 'brand_funds' end,
    case when %(back)s then 'brand_funds' else x.other end, i.creator_id, %(amount)s, i.currency, 'vat', i.id, %(seq)s,
    case when i.creator_id is not null then %(on)s::date end, %(at)s
from invoice i
cross join lateral (select case when i.creator_id is null then 'platform_revenue' else 'creator' end other) x
where i.id = %(invoice)s and %(amount)s > 0
