-- What has to be read at all: whose minutes, whose lines one by one (of the whole contract: `long`), whose orders.
select array_agg(distinct p.contract_id) filter (where c.work or p.measure = 'valid_minutes') minutes,
    date_trunc('month', min(case when p.measure = 'valid_minutes' and p.period = 'contract' then p.since_on
        else p.first_on end))::date minutes_from,
    coalesce(array_agg(distinct p.contract_id) filter (where p.kind = 'threshold' or c.refund_rate
        or p.kind = 'guarantee' and p.active < p.days), '{}') lined,
    coalesce(array_agg(distinct p.contract_id) filter (where p.period = 'contract'), '{}') long,
    coalesce(array_agg(distinct p.contract_id) filter (where c.refund_rate), '{}') refund_rates,
    coalesce(bool_or(p.kind = 'threshold'), false) thresholds,
    coalesce(bool_or(p.measure = 'new_customers'), false) newcomers,
    min(case when p.period = 'contract' then lower(k.period) else k.begins_at end) "from",
    min(k.begins_at) month_from, max(k.ends_at) until, array_agg(distinct p.brand_id) brands
from promise p
join deal k using (contract_id)
left join lateral (
    select bool_or(c.what in ('valid_minutes', 'valid_streams')) work, bool_or(c.what = 'refund_rate_below') refund_rate
    from bonus_condition c
    where c.bonus_id = p.bonus_id
) c on true
