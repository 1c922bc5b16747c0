insert into provider_movement (number, category, type, amount, fee, net, currency, source, about, description, created,
    available_on, arrives_on, fetched_at)
values (%(id)s, %(category)s, %(type)s, %(amount)s, %(fee)s, %(net)s, %(currency)s, %(source)s, %(about)s,
    %(description)s, %(created)s, %(available_on)s, (%(arrives_on)s::timestamptz at time zone 'UTC')::date, %(fetched_at)s)
on conflict (number) do nothing
