-- What the model has learnt of a market's hours.
update market_mean
set an_hour = %(an_hour)s, value = %(value)s, variation = %(variation)s, unevenness = %(unevenness)s
where country = %(country)s and category = %(category)s and currency = %(currency)s
