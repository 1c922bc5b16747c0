-- What these creators had sold in a market, in some categories of the first level and one money, and for how many minutes
-- they had streamed for brands that sell there: as any list of sales shows it. Read from outcome and airtime as they
-- stand; `branch` and `selling` are those of the refresh.
select c.creator_id, coalesce(a.minutes, 0)::bigint minutes, coalesce(o.net, 0)::bigint net
from unnest(%(creators)s::int[]) c (creator_id)
left join lateral (
    select sum(a.minutes) minutes
    from airtime a
    where a.creator_id = c.creator_id
        and a.brand_id in (select brand_id from selling where top = any (%(tops)s) and currency = %(currency)s
            and country = %(country)s)
) a on true
left join lateral (
    select sum(o.net) net
    from outcome o
    join branch b on b.category = o.category
    where o.creator_id = c.creator_id and o.country = %(country)s and o.currency = %(currency)s
        and b.top = any (%(tops)s)
) o on true
