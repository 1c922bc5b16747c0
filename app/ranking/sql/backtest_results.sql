-- What each creator brought each brand in its currency, by country and category, in the months from one day to another,
-- and in how many minutes of streams under a contract; also those who brought nothing. Read from outcome and airtime as
-- they stand.
select a.brand_id, a.creator_id, a.minutes, coalesce(o.country, b.country) country, coalesce(o.category, 0) category,
    coalesce(o.net, 0)::bigint net
from (
    select brand_id, creator_id, sum(minutes)::bigint minutes
    from airtime
    where month >= %(cut_on)s and month < %(until_on)s
    group by brand_id, creator_id
) a
join brand b on b.id = a.brand_id
left join lateral (
    select o.country, o.category, sum(o.net) net
    from outcome o
    where o.creator_id = a.creator_id and o.brand_id = a.brand_id and o.currency = b.currency
        and o.month >= %(cut_on)s and o.month < %(until_on)s
    group by o.country, o.category
) o on true
where a.minutes >= %(least)s
order by a.brand_id, a.creator_id, o.country, o.category
