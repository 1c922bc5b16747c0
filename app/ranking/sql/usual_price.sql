-- What an hour is asked for in a money, by half of those who ask anything in it.
select percentile_disc(0.5) within group (order by amount) from asking_price where per = 'hour' and currency = %(currency)s
