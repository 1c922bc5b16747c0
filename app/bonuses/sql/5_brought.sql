-- What each threshold brings: for each line (or the part of it that lies in a step) the step's rate above the line's
-- own, on its net base; one rounding for the whole. Steps with an amount bring that. The pairs of rates are kept for
-- people, in the order of the steps.
insert into brought
select s.bonus_id, s.so_far, greatest(p.kept, coalesce(step.begun, 0)),
    div(2 * coalesce(lines.extra, 0) + 10000, 20000)::bigint + coalesce(step.amount, 0),
    coalesce(lines.pairs, '[]'), coalesce(step.steps, '[]')
from slice s
join promise p using (bonus_id)
left join (
    select bonus_id, so_far, sum(extra) extra,
        jsonb_agg(jsonb_build_object('from', low, 'rate_bps', rate_bps, 'own_bps', own_bps, 'base', base)
            order by low, own_bps) pairs
    from (
        select w.bonus_id, w.so_far, b.low, b.rate_bps, w.rate_bps own_bps, sum(portion.base)::bigint base,
            sum(portion.base) * greatest(0, b.rate_bps - w.rate_bps) extra
        from point w
        join promise p using (bonus_id)
        join slice s on s.bonus_id = w.bonus_id and s.so_far = w.so_far
        cross join lateral (    -- where the line lies: its own stretch, or all of it at one value
            select p.tiering = 'marginal' and p.measure = 'net_sales' split,
                case p.tiering when 'whole_period' then s.total else w.before end low
        ) place
        join band b on b.bonus_id = w.bonus_id and (b.high is null or b.high > place.low)
            and b.low < case when place.split then w.upto else place.low + 1 end
        cross join lateral (
            select case when place.split then least(w.upto, b.high) - greatest(w.before, b.low) else w.net end base
        ) portion
        group by w.bonus_id, w.so_far, b.low, b.rate_bps, w.rate_bps
    ) pairs
    group by bonus_id, so_far
) lines on lines.bonus_id = s.bonus_id and lines.so_far = s.so_far
left join lateral (
    select max(x.from_value) filter (where x.rate_bps is not null and x.from_value <= s.total) begun,
        sum(x.amount) filter (where x.from_value <= s.total)::bigint amount,
        jsonb_agg(jsonb_build_object('from', x.from_value, 'rate_bps', x.rate_bps, 'amount', x.amount)
            order by x.from_value) steps
    from bonus_step x
    where x.bonus_id = s.bonus_id
) step on true
