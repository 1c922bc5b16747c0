-- Lines won by a click on a day (UTC) on which a flood came by its link: 100 or more clicks that counted for nothing, and
-- more of them than of clicks that were touches.
select d.brand_id, d.sale_id
from (
    select l.brand_id, y.link_id, y.day
    from link_tally y
    join link l on l.id = y.link_id
    where y.kind = 'flood' and y.clicks >= 100
        and y.day > (%(since)s::timestamptz at time zone 'UTC')::date - 90     -- no window is longer
        and y.clicks > (
            select count(*) from touch t
            where t.brand_id = l.brand_id and t.link_id = y.link_id
                and t.occurred_at >= y.day::timestamp at time zone 'UTC'
                and t.occurred_at < (y.day + 1)::timestamp at time zone 'UTC')
) flood
join touch t on t.brand_id = flood.brand_id and t.link_id = flood.link_id
    and t.occurred_at >= flood.day::timestamp at time zone 'UTC'
    and t.occurred_at < (flood.day + 1)::timestamp at time zone 'UTC'
join sale s on s.brand_id = t.brand_id and s.visitor = t.visitor and s.occurred_at > %(since)s
cross join lateral (
    select d.* from decision d where d.brand_id = s.brand_id and d.sale_id = s.id order by d.nr desc limit 1
) d
where d.rule = 'touch' and d.touch_id = t.id
