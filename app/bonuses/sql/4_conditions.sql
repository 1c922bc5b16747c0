-- What the conditions of each promise ask for in this month, what there is, and the share of the money they leave: of a
-- `scaled` one the least of done to asked for; a breach, a refund rate or `all_or_nothing` leaves all or nothing.
insert into factor
select bonus_id,
    case
        when bool_or(not holds and (mode = 'all_or_nothing' or not work)) then 0
        else coalesce((array_agg(done order by done::numeric / nullif(asked, 0)) filter (where not holds))[1], 1) end,
    coalesce((array_agg(asked order by done::numeric / nullif(asked, 0)) filter (where not holds and work))[1], 1),
    jsonb_agg(jsonb_build_object('what', what, 'required', required, 'asked', asked, 'done', done, 'holds', holds,
        'open', found_open, 'orders', orders) order by what)
from (
    select p.bonus_id, p.mode, c.what, c.required, a.work, a.asked, d.done, s.found_open,
        case when c.what = 'refund_rate_below' then coalesce(m.orders, 0) end orders,
        case c.what
            when 'no_open_breach' then d.done = 0
            when 'refund_rate_below' then
                coalesce(m.orders, 0) < 10 or m.base = 0 or m.refunded * 10000 < a.asked * m.base
            else d.done >= a.asked end holds
    from promise p
    join deal k on k.contract_id = p.contract_id
    join bonus_condition c on c.bonus_id = p.bonus_id
    left join measure m on m.contract_id = p.contract_id and m.currency = p.currency
    cross join lateral (
        select c.what in ('valid_minutes', 'valid_streams', 'posts') work,
            case when c.what in ('valid_minutes', 'valid_streams', 'posts') then c.required * p.active / p.days
                else c.required end asked
    ) a
    left join lateral (
        select count(*) filter (where x.status = 'upheld') upheld, count(*) filter (where x.status = 'open') found_open
        from breach x
        where x.contract_id = p.contract_id and x.found_at >= k.begins_at and x.found_at < k.ends_at
    ) s on c.what = 'no_open_breach'
    cross join lateral (
        select case c.what
            when 'valid_minutes' then (
                select coalesce(sum(v.counted), 0) from stream_verdict v
                where v.contract_id = p.contract_id and v.on_day between p.first_on and p.last_on)
            when 'valid_streams' then (
                select count(*) from stream_verdict v
                where v.contract_id = p.contract_id and v.on_day between p.first_on and p.last_on
                    and v.stream_id is not null and v.reason is null)
            when 'posts' then (
                select coalesce(sum(e.quantity), 0) from effort e
                where e.contract_id = p.contract_id and e.what = 'posts' and e.status = 'counted'
                    and e.done_on between p.first_on and p.last_on)
            when 'no_open_breach' then s.upheld + s.found_open
            else coalesce(div(m.refunded * 10000, nullif(m.base, 0)), 0)::bigint end done
    ) d
) c
group by bonus_id
