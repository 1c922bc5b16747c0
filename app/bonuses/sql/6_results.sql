-- What each promise comes to, then the caps: what is over is cut from the last in their order
-- (tests/bonuses/reference_targets.py) and stands outside. Amounts are rounded half away from zero, once. The exclusivity's fee is under no cap.
insert into result
with share as (
    select p.*, coalesce(f.num, 1) num, coalesce(f.den, 1) den, coalesce(f.conditions, '[]') conditions,
        div(2 * p.amount::numeric * p.active * coalesce(f.num, 1) + p.days * coalesce(f.den, 1),
            2 * p.days * coalesce(f.den, 1))::bigint fixed
    from promise p
    left join factor f using (bonus_id)
), shared as (
    select *, sum(case when kind = 'retainer' then fixed else 0 end) over (partition by contract_id, currency) retainers
    from share
), part as (
    select s.bonus_id, b.reached, b.pairs, b.steps, t.total, b.amount,
        case when s.period = 'month' then 0 when s.past_complete then s.past_part else coalesce(e.amount, 0) end earlier
    from shared s
    join brought b on b.bonus_id = s.bonus_id and b.so_far
    join slice t on t.bonus_id = s.bonus_id and t.so_far
    left join brought e on e.bonus_id = s.bonus_id and not e.so_far
), whole as (
    select s.*, t.reached, t.pairs, t.steps, t.total, t.amount brought, t.earlier, t.amount - t.earlier part,
        c.commission, c.lines, c.retainer, case
            when s.kind = 'guarantee' then greatest(0, s.fixed - c.commission - c.retainer)
            when s.kind <> 'threshold' then s.fixed
            when t.amount > t.earlier then
                div(2 * (t.amount - t.earlier)::numeric * s.num + s.den, 2 * s.den)::bigint
            else t.amount - t.earlier end full_target
    from shared s
    left join part t using (bonus_id)
    left join measure m on m.contract_id = s.contract_id and m.currency = s.currency
    left join lateral (     -- a guarantee that is cut to its active days counts what was sold on these (rules.md B7)
        select count(*) lines, coalesce(sum(l.commission), 0)::bigint commission
        from line l
        join deal k on k.contract_id = l.contract_id
        cross join lateral (select (l.occurred_at at time zone k.zone)::date sold_on) d
        where s.kind = 'guarantee' and s.active < s.days    -- here too: else the lines are read for every promise
            and l.contract_id = s.contract_id and l.currency = s.currency and l.in_month
            and d.sold_on between s.first_on and s.last_on
            and not exists (
                select from pause p
                where p.contract_id = s.contract_id and p.status = 'agreed'
                    and d.sold_on between p.first_on and p.last_on)
    ) a on s.kind = 'guarantee' and s.active < s.days
    left join lateral (     -- and its shares of what others' contracts have won (3_shares.sql)
        select coalesce(sum((shares_of(whole.commission, x.weights))[x.place]), 0)::bigint commission
        from deal k
        join decision_share x on x.contract_id = k.contract_id and x.brand_id = k.brand_id
        join decision d on d.brand_id = x.brand_id and d.sale_id = x.sale_id and d.nr = x.nr and d.contract_id <> x.contract_id
        join sale l on l.brand_id = x.brand_id and l.id = x.sale_id and l.currency = s.currency
        left join given_back g on g.brand_id = l.brand_id and g.sale_id = l.id
        cross join lateral (select (l.occurred_at at time zone k.zone)::date sold_on) sold
        cross join lateral (
            select (case when g.amount > 0 and commission_kept(l.brand_id, l.source, l.order_ref, d.terms_id) then l.base_minor
                else l.base_minor - least(l.base_minor, coalesce(g.amount, 0)) end * d.rate_bps + 5000) / 10000 commission
        ) whole
        where s.kind = 'guarantee' and s.active < s.days and k.contract_id = s.contract_id
            and l.occurred_at >= k.begins_at and l.occurred_at < k.ends_at
            and l.import_id <> all (%(withdrawn)s::int[])
            and sold.sold_on between s.first_on and s.last_on
            and not exists (
                select from decision n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr > d.nr)
            and not exists (
                select from pause p
                where p.contract_id = s.contract_id and p.status = 'agreed'
                    and sold.sold_on between p.first_on and p.last_on)
    ) o on s.kind = 'guarantee' and s.active < s.days
    cross join lateral (
        select coalesce(a.commission + o.commission, m.commission, 0) commission, coalesce(a.lines, m.lines, 0) lines,
            case when s.counts_retainer then s.retainers::bigint else 0 end retainer
    ) c
), capped as (
    select w.*, k.cap_month, k.cap_contract, case when k.cap_contract is not null then k.used end used,
        case when w.kind <> 'exclusivity_fee' then least(k.cap_month,
            case when k.cap_contract is not null then greatest(0, k.cap_contract - k.used) end) end cap,
        coalesce(sum(greatest(0, w.full_target)) filter (where w.kind <> 'exclusivity_fee') over (
            partition by w.contract_id
            order by array_position(array['retainer', 'guarantee', 'quota', 'threshold'], w.kind), w.bonus_id
            rows between unbounded preceding and 1 preceding), 0) ahead
    from whole w
    join deal k using (contract_id)
), cut as (
    select *, case when cap is null or full_target <= 0 then full_target
        else least(full_target, greatest(0, cap - ahead))::bigint end target
    from capped
)
select bonus_id, contract_id, due, full_target, target, full_target - target, jsonb_build_object(
    'first_on', first_on, 'last_on', last_on, 'active', active, 'days', days, 'conditions', conditions, 'num', num,
    'den', den, 'full', full_target)
    || case
        when kind = 'threshold' then jsonb_build_object('total', total, 'reached', reached, 'pairs', pairs, 'steps', steps,
            'brought', brought, 'earlier', earlier, 'part', part)
        when kind = 'guarantee' then jsonb_build_object('promised', fixed, 'commission', commission, 'lines', lines,
            'retainer', retainer)
        else '{}' end
    || case when cap is null then '{}' else jsonb_strip_nulls(jsonb_build_object('cap_month', cap_month,
        'cap_contract', cap_contract, 'used', used, 'ahead', ahead)) end
from cut
