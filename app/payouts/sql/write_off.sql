with written as (
    insert into debt_write_off (brand_id, creator_id, currency, amount, last_moved_on, written_off_on)
    values (%(brand_id)s, %(creator_id)s, %(currency)s, %(amount)s, %(last_moved_on)s, %(on)s)
    returning *
)
insert into posting (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at)
select brand_id, 'brand_funds', 'creator', creator_id, amount, currency, 'write_off', id, 1, written_off_on, %(at)s
from written
