-- All that these contracts promise for the month, also what is not due itself: caps and guarantees look at the whole.
insert into promise
select b.id, b.contract_id, b.brand_id, b.creator_id, b.kind, b.currency, b.amount, b.mode, b.counts_retainer,
    b.measure, b.period, b.tiering, greatest(b.first_on, k.starts_on), own.first_on, own.last_on,
    own.last_on - own.first_on + 1 - coalesce(rest.days, 0), %(next)s::date - %(month)s::date,
    case when b.sticky then coalesce(past.reached, 0) else 0 end, coalesce(past.part, 0),
    coalesce(past.complete, false),
    case %(stage)s::text
        when 'provisional' then m.id is null
        when 'final' then m.id is not null
            and not exists (select from award a where a.bonus_month_id = m.id and a.stage = 'final')
        else true end
from deal k
join bonus b on b.contract_id = k.contract_id
cross join lateral (
    select greatest(b.first_on, k.starts_on, %(month)s::date) first_on,
        least(b.last_on, k.ends_on, %(next)s::date - 1) last_on
) own
left join bonus_month m on m.bonus_id = b.id and m.month = %(month)s
left join lateral (     -- agreed pauses of a contract never overlap
    select sum(least(p.last_on, own.last_on) - greatest(p.first_on, own.first_on) + 1)::int days
    from pause p
    where p.contract_id = k.contract_id and p.status = 'agreed'
        and p.first_on <= own.last_on and p.last_on >= own.first_on
) rest on true
left join lateral (
    select sum((a.working ->> 'part')::bigint)::bigint part, max((a.working ->> 'reached')::bigint) reached,
        bool_or(m.month = (%(month)s::date - interval '1 month')::date) complete
    from bonus_month m
    cross join lateral (
        select working from award a where a.bonus_month_id = m.id order by a.id desc limit 1
    ) a
    where m.bonus_id = b.id and m.month < %(month)s
) past on b.kind = 'threshold' and (b.sticky or b.period = 'contract')
where own.first_on <= own.last_on
