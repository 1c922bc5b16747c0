-- Who shares the lines that were just decided by a touch (rules.md B3): all creators whose touches would have won, each
-- once by their latest, five at most (the last, the first, and the latest of the others), the last touch last. With one
-- creator there is nothing to share. The rule is that of the winner's contract, as it was made: what was promised before
-- stays whole; once the brand shares no more, nothing is.
-- What stands by an earlier decision with the same winner is not shared anew.
with decided as (
    select w.brand_id, w.id as sale_id, w.occurred_at, w.visitor, w.base_minor, w.currency, d.nr, d.creator_id,
        d.touch_id, d.rate_bps, r.first_bps, r.last_bps, case when b.currency = w.currency then r.floor else 0 end as floor
    from due q
    cross join lateral (select * from sale s where s.brand_id = q.brand_id and s.id = q.sale_id limit 1) w
    join brand b on b.id = w.brand_id
    cross join lateral (
        select * from decision d where d.brand_id = w.brand_id and d.sale_id = w.id order by d.nr desc limit 1
    ) d
    join contract k on k.id = d.contract_id
    cross join lateral (
        select * from split_rule r where r.brand_id = w.brand_id and r.set_at <= k.recorded_at order by r.id desc limit 1
    ) r
    cross join lateral (
        select n.is_on from split_rule n
        where n.brand_id = w.brand_id and n.set_at <= w.occurred_at order by n.id desc limit 1
    ) now
    where q.lane = any (%(lanes)s::smallint[])
        and (q.id = any (%(first)s::bigint[]) or q.id = any (%(again)s::bigint[]))
        and d.rule = 'touch' and r.is_on and now.is_on
        and not exists (
            select from decision_share n where n.brand_id = d.brand_id and n.sale_id = d.sale_id and n.nr = d.nr)
        and not exists (
            select from decision p
            where p.brand_id = d.brand_id and p.sale_id = d.sale_id and p.nr = d.nr - 1
                and (p.rule, p.creator_id, p.terms_id, p.touch_id) = (d.rule, d.creator_id, d.terms_id, d.touch_id))
), qualifying as (     -- as rule 3 in 2_decide.sql
    select d.brand_id, d.sale_id, d.creator_id = t.creator_id as is_last, t.creator_id, m.contract_id,
        case when t.creator_id = d.creator_id then d.touch_id else t.id end as touch_id,
        row_number() over latest as nth_latest,
        row_number() over (partition by d.brand_id, d.sale_id order by t.occurred_at, t.ref) as nth,
        t.occurred_at, t.ref
    from decided d
    join touch t on t.brand_id = d.brand_id and t.visitor = d.visitor
        and t.occurred_at between d.occurred_at - interval '2160 hours' and d.occurred_at
    join terms m on m.brand_id = t.brand_id and m.creator_id = t.creator_id
        and m.begins_at <= t.occurred_at and t.occurred_at < m.ends_at
        and d.occurred_at - t.occurred_at <= m.window_days * interval '24 hours'
    window latest as (partition by d.brand_id, d.sale_id, t.creator_id order by t.occurred_at desc, t.ref)
), whose as (
    select brand_id, sale_id, creator_id, bool_or(is_last) as is_last, min(nth) = 1 as is_first,
        max(contract_id) filter (where nth_latest = 1) as contract_id, max(touch_id) filter (where nth_latest = 1) as touch_id,
        max(occurred_at) as latest_at, max(ref) filter (where nth_latest = 1) as ref
    from qualifying group by brand_id, sale_id, creator_id
), kept as (
    select *, count(*) over line as creators,
        row_number() over (partition by brand_id, sale_id order by is_last, latest_at, ref desc) as place
    from (
        select *, row_number() over (
            partition by brand_id, sale_id order by is_last desc, is_first desc, latest_at desc, ref) as rank
        from whose
    ) ranked
    where rank <= 5
    window line as (partition by brand_id, sale_id)
), weighed as (
    select k.*, d.nr, d.floor, (d.base_minor * d.rate_bps + 5000) / 10000 as commission, k.creators * 10000 as whole,
        (10000 - d.first_bps - d.last_bps
            + case when k.is_first then k.creators * d.first_bps else 0 end
            + case when k.is_last then k.creators * d.last_bps else 0 end)::bigint as weight
    from kept k join decided d using (brand_id, sale_id)
    where k.creators > 1
), floored as (
    select *, not is_last and commission * weight < floor * whole as is_below
    from weighed
), shared as (
    select *, case when is_below then 0
            when is_last then weight + coalesce(sum(weight) filter (where is_below) over (partition by brand_id, sale_id), 0)
            else weight end::bigint as final
    from floored
)
insert into decision_share (brand_id, sale_id, nr, place, creator_id, contract_id, touch_id, weights, reason)
select brand_id, sale_id, nr, place, creator_id, contract_id, touch_id,
    array_agg(final) over (partition by brand_id, sale_id order by place
        rows between unbounded preceding and unbounded following),
    case when is_below then 'below_least_share'
        when is_first and is_last then 'first_and_last_visit'
        when is_first then 'first_visit'
        when is_last then 'last_visit' else 'visit_between' end
from shared
