insert into posting (brand_id, debit, credit, amount, currency, kind, cause, seq, occurred_at)
select brand_id,
    case when kind = 'dispute_won' then 'bank' else 'brand_funds' end,
    case when kind = 'dispute_won' then 'brand_funds' else 'bank' end,
    amount, currency, 'taken_back', id, 1, happened_at
from top_up_return where id = %(top_up_return)s
