-- Payouts of Stripe to our bank, and money we sent there, with the booking that shows it: by Stripe's number in what was
-- written, else by amount within some days where there is one candidate and no other. What came back at Stripe shows
-- nowhere. Returns the number of pairs, which are kept.
with open_ones as (
    select m.id, m.about, m.amount, m.currency, coalesce(m.arrives_on, (m.created at time zone 'UTC')::date) as on_day
    from provider_movement m
    where m.kind in ('platform_payout', 'platform_top_up') and m.bank_line_id is null
        and m.category in ('payout', 'topup')
        and not exists (
            select from provider_movement back
            where back.about = m.about and back.kind = m.kind and back.category in ('payout_reversal', 'topup_reversal'))
), lines as (
    select l.id, l.amount, l.currency, l.incoming, coalesce(l.booked_on, l.value_on) as on_day,
        l.reference || ' ' || l.remittance || ' ' || l.bank_reference as words
    from bank_report_line l join bank_report r on r.id = l.report_id
    where r.status = 'taken_over' and l.level = 'booking' and l.outcome = 'unmatched' and l.settled_at is null
        and not exists (select from provider_movement m where m.bank_line_id = l.id)
    for update of l     -- nobody makes it a brand's top-up meanwhile
), fitting as (
    select m.id as movement, l.id as line, m.about <> '' and position(m.about in l.words) > 0 as named
    from open_ones m
    join lines l on l.currency = m.currency and l.amount = abs(m.amount) and l.incoming = (m.amount < 0)
        and (position(m.about in l.words) > 0 or l.on_day between m.on_day - 1 and m.on_day + 7)
), counted as (
    select movement, line, named, count(*) over (partition by movement, named) lines, count(*) over (partition by line, named) movements,
        bool_or(named) over (partition by movement) or bool_or(named) over (partition by line) as some_named
    from fitting
)
update provider_movement m set bank_line_id = c.line
from counted c
where c.movement = m.id and c.lines = 1 and c.movements = 1 and (c.named or not c.some_named)
