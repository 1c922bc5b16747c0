update payout_wait w set ended_at = %(at)s
where ended_at is null
    and not exists (
        select from waiting_now n where n.creator_id = w.creator_id and n.currency = w.currency)
