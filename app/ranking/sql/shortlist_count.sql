-- How many creators fit a brief by the hard filters, but for exclusivity.
select count(distinct creator_id)
from standing s
where country = any (%(markets)s::char(2)[]) and category = any (%(nodes)s::int[])
    and (%(languages)s::text[] is null or languages && %(languages)s::text[])
    and (%(platforms)s::text[] is null or platforms && %(platforms)s::text[])
    and (%(ceiling)s::bigint is null or price is null
        or case when price_currency = %(currency)s then price <= %(ceiling)s::bigint else {foreign} end)
