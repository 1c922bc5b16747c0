-- What a brand paid its creators in euro after the day on which it was due, or has not paid by `today`. A run that passed
-- the creator over for a reason of their own begins the term anew; money that waits for its creator now is nobody's fault
-- but theirs. Where an account was refunded more than is open, nothing is open.
with earned as (
    select e.brand_id, e.creator_id, e.available_on, payout.paid_on,
        least(coalesce(term.days, %(usual)s),
            case when size.size = 'large' then %(usual)s else %(longest)s end) as days,
        sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint as amount
    from entry e
    left join payout_line l on l.brand_id = e.brand_id and l.entry_id = e.id and l.released_at is null
    left join (
        select id, coalesce(paid_on, (status_at at time zone %(zone)s)::date) as paid_on from payout where status = 'paid'
    ) payout on payout.id = l.payout_id
    left join (
        select c.brand_id, c.creator_id, min(t.days) as days
        from payment_term t join contract c on c.id = t.contract_id group by c.brand_id, c.creator_id
    ) term on term.brand_id = e.brand_id and term.creator_id = e.creator_id
    left join brand_size size on size.brand_id = e.brand_id
    where e.kind in ('commission', 'bonus') and e.currency = 'EUR'
    group by e.brand_id, e.creator_id, e.available_on, payout.paid_on, term.days, size.size
), started as (
    select earned.*, available_on + days as due_on, coalesce((
        select max(b.cutoff_on) + earned.days
        from payout_skip s
        join payout_batch b on b.id = s.batch_id
        where s.creator_id = earned.creator_id and s.brand_id is null and b.currency = 'EUR'
            and b.status <> 'cancelled' and s.reason not in ('brand_unfunded', 'on_hold')
            and b.cutoff_on >= earned.available_on and b.cutoff_on < coalesce(earned.paid_on, %(today)s)
    ), available_on + days) as late_after
    from earned
    where amount > 0 and available_on + days < coalesce(paid_on, %(today)s)
)
select brand_id, creator_id, greatest(due_on, late_after) as due_on, paid_on, sum(amount)::bigint as amount
from started
where greatest(due_on, late_after) < coalesce(paid_on, %(today)s)
    and (paid_on is not null or (
        not exists (
            select from payout_wait w
            where w.creator_id = started.creator_id and w.currency = 'EUR' and w.ended_at is null)
        and 0 < (
            select sum(open.amount) from earned open
            where open.brand_id = started.brand_id and open.creator_id = started.creator_id and open.paid_on is null)))
group by brand_id, creator_id, greatest(due_on, late_after), paid_on
order by brand_id, creator_id, due_on, paid_on
