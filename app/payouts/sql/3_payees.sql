-- Who could be paid, and who can't whatever the brands have: `reason` says why (spec/rules.md B21). `amount` is the sum
-- of the positive parts, or of the negative ones where there is nothing else.
create temporary table payee on commit drop as
select due.creator_id, coalesce(due.positive, due.negative) as amount, case
    when due.positive is null then 'negative'
    when due.positive < %(minimum)s then 'below_minimum'
    when bank.versions is null then 'no_bank_details'
    when bank.versions > 1 and bank.newest > %(unchanged_since)s then 'bank_details_changed'
    when hold.creator_id is not null then 'held'
    end as reason
from (
    select creator_id, sum(amount) filter (where amount > 0)::bigint as positive,
        sum(amount) filter (where amount < 0)::bigint as negative
    from part group by creator_id
) due
left join (
    select creator_id, count(*) as versions, max(recorded_at) as newest
    from bank_detail where creator_id is not null group by creator_id
) bank using (creator_id)
left join payout_hold hold on hold.creator_id = due.creator_id and hold.released_at is null
