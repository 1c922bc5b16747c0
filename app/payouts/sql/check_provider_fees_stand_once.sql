select m.id, m.currency, m.cost, count(e.id) entries,
    coalesce(sum(case when e.credit = 'bank' then e.amount else -e.amount end), 0)::bigint booked
from provider_movement m
left join entry e on e.kind = 'provider_fee' and e.cause = m.id
group by m.id
having (count(e.id), coalesce(sum(case when e.credit = 'bank' then e.amount else -e.amount end), 0))
    is distinct from case when m.fee_booked_at is null or m.cost = 0 then (0::bigint, 0::numeric) else (1::bigint, m.cost::numeric) end
    or count(e.id) filter (where e.currency <> m.currency) > 0
