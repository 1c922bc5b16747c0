-- By batch and rail: what we said we sent, and what the bank says of it. Money that was booked and came back is as if it
-- had never left; `mismatches` are payouts of which our books and the statements say something else. Payouts by Stripe
-- stand on no statement of the bank, and what was given up before the first download stood in no file.
with wanted as (
    select p.id, p.batch_id, p.rail, p.amount, p.status
    from payout p join payout_batch b on b.id = p.batch_id
    where b.downloaded_at is not null and p.rail not in ('stripe', 'outbound') and p.status in ('sent', 'paid', 'failed', 'returned')
        and not (p.status = 'failed' and p.status_at < b.downloaded_at)
        and (%(batch)s::bigint is null or b.id = %(batch)s)
        and (%(closed)s::boolean is null or %(closed)s = exists (
            select from batch_closing k where k.batch_id = b.id and k.rail = p.rail))
), said as (
    select w.id, coalesce(bool_or(l.level = 'booking' and r.says = 'paid'), false) booked,
        coalesce(bool_or(l.level = 'booking' and r.says <> 'paid'), false) back,
        coalesce(bool_or(l.level <> 'booking' and r.says = 'failed'), false) refused
    from wanted w
    left join bank_report_payout r on r.payout_id = w.id
    left join bank_report_line l on l.id = r.line_id
    group by w.id
)
select b.id batch_id, b.public_id batch, b.number, b.currency, b.execute_on, w.rail, count(*) payouts, sum(w.amount)::bigint sent,
    coalesce(sum(w.amount) filter (where s.booked and not s.back), 0)::bigint booked,
    coalesce(sum(w.amount) filter (where s.back), 0)::bigint back,
    coalesce(sum(w.amount) filter (where s.refused and not s.booked), 0)::bigint refused,
    coalesce(sum(w.amount) filter (where w.status = 'sent'), 0)::bigint unanswered,
    count(*) filter (where w.status = 'sent') waiting,
    (coalesce(sum(w.amount) filter (where w.status = 'paid'), 0)
        - coalesce(sum(w.amount) filter (where s.booked and not s.back), 0))::bigint difference,
    count(*) filter (where (w.status = 'paid') <> (s.booked and not s.back))::int mismatches
from wanted w join said s on s.id = w.id join payout_batch b on b.id = w.batch_id
group by b.id, w.rail
order by b.id desc, w.rail
limit 200
