-- A brand whose cash does not cover all its parts of this batch is left out as a whole: nobody is paid before others.
update part set funded = false
where brand_id in (
    select part.brand_id
    from part
    join payee using (creator_id)
    left join brand_cash cash on cash.brand_id = part.brand_id and cash.currency = %(currency)s
    where part.amount > 0 and payee.reason is null
    group by part.brand_id, cash.amount
    having sum(part.amount) > coalesce(cash.amount, 0)
)
