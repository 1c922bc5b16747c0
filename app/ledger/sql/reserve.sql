insert into reservation (brand_id, currency, kind, cause, month, amount, made_at)
values (%(brand)s, %(currency)s, %(kind)s, %(cause)s, date_trunc('month', %(month)s::date), %(amount)s, %(at)s)
on conflict (kind, cause, month) where released_at is null do update set amount = excluded.amount
