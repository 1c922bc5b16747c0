insert into funding_state (brand_id, currency, state, since) values (%(brand)s, %(currency)s, %(state)s, %(on)s)
on conflict (brand_id, currency) do update set state = excluded.state, since = excluded.since
where funding_state.state <> excluded.state
