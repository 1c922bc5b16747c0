insert into shortage (brand_id, currency, amount, run_on, since)
values (%(brand)s, %(currency)s, %(amount)s, %(run_on)s, %(at)s)
on conflict (brand_id, currency) where ended_at is null
    do update set amount = excluded.amount, run_on = excluded.run_on
returning id, xmax = 0
