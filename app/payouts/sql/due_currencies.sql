-- In which currencies some creator has money of some brand that is payable on the day.
select currency
from (
    select currency from balance where account = 'creator' and available_on <= %(cutoff_on)s
    group by brand_id, creator_id, currency having sum(amount) > 0
) payable
group by currency order by currency
