insert into breach (contract_id, kind, cause, found_at, answer_by)
values (%(contract)s, %(kind)s, %(cause)s, %(at)s, %(at)s + interval '7 days')
on conflict do nothing
returning id
