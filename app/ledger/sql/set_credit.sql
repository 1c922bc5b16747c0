insert into credit_line (brand_id, currency, amount, set_by, set_at)
values (%(brand)s, %(currency)s, %(amount)s, %(by)s, %(at)s)
on conflict (brand_id, currency)
do update set amount = excluded.amount, set_by = excluded.set_by, set_at = excluded.set_at
