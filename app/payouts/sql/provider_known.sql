insert into provider_statement (since, until) values (%(since)s, %(until)s)
on conflict (one) do update set until = greatest(provider_statement.until, excluded.until)
