-- What one visitor has seen and tapped of a show's products since they last told: once a minute and product.
with seen as (
    select i.id item_id, s.status = 'ended' replay, i.id = any (%(tapped)s) tapped, i.id = any (%(seen)s) seen
    from show s join show_item i on i.show_id = s.id
    where s.id = %(show)s and s.status in ('on_air', 'ended') and i.id = any (%(seen)s || %(tapped)s)
), tap as (
    insert into product_tap (show_id, item_id, visitor, at, picture_at, replay)
    select %(show)s, item_id, %(visitor)s, %(at)s, %(picture_at)s, replay from seen where tapped
)
insert into item_minute as m (show_id, item_id, minute, replay, impressions, taps)
select %(show)s, item_id, date_trunc('minute', %(at)s::timestamptz), replay, seen::int, tapped::int
from seen order by item_id
on conflict (show_id, item_id, replay, minute)
do update set impressions = m.impressions + excluded.impressions, taps = m.taps + excluded.taps
