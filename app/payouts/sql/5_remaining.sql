-- What is left of a payee without the unfunded brands; with nothing left, the brands' rows of payout_skip say it all.
update payee set amount = remaining.amount, reasons = array['below_minimum', 'brand_unfunded'], reason = case
    when remaining.amount = 0 then 'brand_unfunded'
    when remaining.amount < %(minimum)s then 'below_minimum'
    end
from (
    select creator_id, coalesce(sum(amount) filter (where funded), 0)::bigint as amount
    from part where amount > 0 group by creator_id having not bool_and(funded)
) remaining
where remaining.creator_id = payee.creator_id and payee.reason is null
