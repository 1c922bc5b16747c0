insert into entry (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at,
    recorded_at)
select brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at, %(at)s
from posting
