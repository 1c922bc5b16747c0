-- The first reminder comes a week after the obstacle: the letter about what failed has only just been read.
insert into payout_wait (creator_id, currency, amount, codes, since, next_reminder_at)
select creator_id, currency, amount, codes, since, since + interval '7 days' from waiting_now
on conflict (creator_id, currency) where ended_at is null
do update set amount = excluded.amount, codes = excluded.codes
