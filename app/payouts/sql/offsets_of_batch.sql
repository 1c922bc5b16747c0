select count(distinct o.payout_id) as payouts, coalesce(sum(o.repaid), 0)::bigint as repaid,
    coalesce(sum(o.carried), 0)::bigint as carried
from payout_offset o
join payout p on p.id = o.payout_id
where p.batch_id = %(batch)s and p.status <> 'dropped'
