insert into reservation (brand_id, currency, kind, cause, month, amount, made_at)
select brand_id, currency, 'contract', %(contract)s, month, amount, %(at)s from reservation
where kind = 'offer' and cause = %(offer)s and released_at is null
on conflict (kind, cause, month) where released_at is null do update set amount = excluded.amount
