-- Lines of a code that goes round among strangers: on one UTC day 20 or more orders won by it outside streams, by buyers
-- of whom nobody ever came by a link of its creator.
select brand_id, sale_id
from (
    select d.brand_id, d.sale_id, count(*) over used orders, bool_or(known.is_known) over used any_known
    from brand b
    join sale s on s.brand_id = b.id and s.occurred_at > %(since)s and s.coupon_key is not null
    cross join lateral (
        select d.* from decision d where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
    ) d
    cross join lateral (
        select exists (
            select from touch t
            where t.brand_id = s.brand_id and t.visitor = s.visitor and t.creator_id = d.creator_id
                and t.occurred_at <= s.occurred_at) is_known
    ) known
    where d.rule = 'coupon' and d.label = 'off_stream'
    window used as (partition by d.brand_id, d.creator_id, s.coupon_key, (s.occurred_at at time zone 'UTC')::date
        rows between unbounded preceding and unbounded following)
) line
where orders >= 20 and not any_known
