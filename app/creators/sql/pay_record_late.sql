-- In how many months a brand's creators got their money after the day the law sets, and how late at most.
select count(*) as claims, coalesce(max(days), 0) as days
from late_claim where brand_id = %(brand)s and currency = %(currency)s and month >= %(month)s
