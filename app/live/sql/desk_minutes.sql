-- Who watched a show on our own page, minute by minute, and what of these brands' products they saw and tapped; the
-- replay is left out.
select minute, max(viewers) viewers, coalesce(sum(impressions), 0)::bigint impressions,
    coalesce(sum(taps), 0)::bigint taps
from (
    select minute, viewers, null::int impressions, null::int taps
    from show_minute where show_id = %(show)s and not replay
    union all
    select m.minute, null, m.impressions, m.taps
    from item_minute m
    join show_item i on i.id = m.item_id
    where m.show_id = %(show)s and not m.replay and i.brand_id = any (%(brands)s)
) counted
where minute < %(until)s
group by minute
order by minute
