-- What each creator brought each brand in the months from one day to another, in the brand's currency, and in how many
-- minutes. Read from outcome and airtime as they stand.
select a.brand_id, a.creator_id, coalesce(o.net, 0)::bigint net, a.minutes
from (
    select brand_id, creator_id, sum(minutes)::bigint minutes
    from airtime
    where month >= %(cut_on)s and month < %(until_on)s
    group by brand_id, creator_id
) a
join brand b on b.id = a.brand_id
left join lateral (
    select sum(o.net) net
    from outcome o
    where o.creator_id = a.creator_id and o.brand_id = a.brand_id and o.currency = b.currency
        and o.month >= %(cut_on)s and o.month < %(until_on)s
) o on true
where a.minutes >= %(least)s
order by a.brand_id, a.creator_id
