-- Keeps an event once, and notes to the minute when the key that proved it last did: a write for each delivery would
-- queue.
with matched as (
    update shop_secret set matched_at = %(at)s
    where id = %(key)s and (matched_at is null or matched_at < %(at)s::timestamptz - interval '1 minute')
), event as (
    insert into webhook_event (source, event_id, type, happened_at, livemode, received_at, next_try_at, shop_id)
    values (%(source)s, %(event_id)s, %(type)s, %(happened_at)s, %(livemode)s, %(at)s, %(at)s, %(shop)s)
    on conflict on constraint uq_webhook_event_source do nothing
    returning id
), body as (
    insert into webhook_body (event_id, headers, body) select id, %(headers)s, %(body)s from event
)
select id from event
