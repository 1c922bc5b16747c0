-- The next number of a batch; the caller holds the lock under which numbers are given.
update payout_batch set number = (select coalesce(max(number), 0) + 1 from payout_batch) where id = %(batch)s
