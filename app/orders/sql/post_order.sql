insert into posting (brand_id, debit, credit, amount, currency, kind, cause, seq, occurred_at)
select %(brand)s, %(debit)s, %(credit)s, %(amount)s, %(currency)s, %(kind)s, %(cause)s,
    1 + (select count(*) from entry where brand_id = %(brand)s and cause = %(cause)s and kind = %(kind)s),
    %(happened_at)s
