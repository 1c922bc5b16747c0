insert into posting (brand_id, debit, credit, amount, currency, kind, cause, seq, occurred_at)
select brand_id, 'bank', 'brand_funds', amount, currency, 'top_up', id, 1, received_on::timestamp at time zone 'UTC'
from top_up where id = %(top_up)s
