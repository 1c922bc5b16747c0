-- By batch and rail: what we said we sent, and what the bank, or Stripe's own books, say of it. Money that was booked and
-- came back is as if it had never left; `mismatches` are payouts of which both sides say something else. What was given
-- up before the first download stood in no file, and what Stripe was never asked to send stands in no books of its.
with wanted as (
    select p.id, p.batch_id, p.rail, p.amount, p.status
    from payout p join payout_batch b on b.id = p.batch_id
    where p.rail <> 'outbound' and p.status in ('sent', 'paid', 'failed', 'returned') and case p.rail
            when 'stripe' then b.sending_at is not null and (p.status <> 'failed' or exists (
                select from transfer t where t.payout_id = p.id))
            else b.downloaded_at is not null and not (p.status = 'failed' and p.status_at < b.downloaded_at) end
        and (%(batch)s::bigint is null or b.id = %(batch)s)
        and (%(closed)s::boolean is null or %(closed)s = exists (
            select from batch_closing k where k.batch_id = b.id and k.rail = p.rail))
), said as (
    select w.id, case when bool_or(l.level = 'booking' and r.says = 'paid')
            and not bool_or(l.level = 'booking' and r.says <> 'paid') then w.amount else 0 end net,
        case when bool_or(l.level = 'booking' and r.says <> 'paid') then w.amount else 0 end back,
        case when bool_or(l.level <> 'booking' and r.says = 'failed')
            and not bool_or(l.level = 'booking' and r.says = 'paid') then w.amount else 0 end refused
    from wanted w
    left join bank_report_payout r on r.payout_id = w.id
    left join bank_report_line l on l.id = r.line_id
    where w.rail <> 'stripe'
    group by w.id, w.amount
    union all
    select w.id, coalesce(-sum(m.amount), 0), coalesce(sum(m.amount) filter (where m.kind = 'transfer_reversal'), 0),
        case when w.status = 'failed' then w.amount else 0 end
    from wanted w
    left join transfer t on t.payout_id = w.id and t.status = 'arrived'
    left join provider_movement m on m.about = t.provider_id and m.kind in ('transfer', 'transfer_reversal')
        and m.currency = t.currency
    where w.rail = 'stripe'
    group by w.id, w.amount, w.status
)
select b.id batch_id, b.public_id batch, b.number, b.currency, b.execute_on, w.rail, count(*) payouts, sum(w.amount)::bigint sent,
    sum(s.net)::bigint booked, sum(s.back)::bigint back, sum(s.refused)::bigint refused,
    coalesce(sum(w.amount) filter (where w.status = 'sent'), 0)::bigint unanswered,
    count(*) filter (where w.status = 'sent') waiting,
    (coalesce(sum(w.amount) filter (where w.status = 'paid'), 0) - sum(s.net))::bigint difference,
    count(*) filter (where case when w.status = 'paid' then w.amount else 0 end <> s.net)::int mismatches
from wanted w join said s on s.id = w.id join payout_batch b on b.id = w.batch_id
group by b.id, w.rail
order by b.id desc, w.rail
limit 200
