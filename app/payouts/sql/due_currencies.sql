-- In which currencies some creator has money of some brand (one of `brands`, none of `but`) that is payable on the day.
select currency
from (
    select currency from balance where account = 'creator' and available_on <= %(cutoff_on)s
        and (%(brands)s::int[] is null or brand_id = any(%(brands)s))
        and (%(but)s::int[] is null or brand_id <> all(%(but)s))
    group by brand_id, creator_id, currency having sum(amount) > 0
) payable
group by currency order by currency
