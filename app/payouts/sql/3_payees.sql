-- Who could be paid, and who can't whatever the brands have: `reasons` are all that stand in the way (spec/rules.md B21),
-- the first of them is `reason`. `amount` is the sum of the positive parts, or of the negative ones where there is
-- nothing else.
create temporary table payee on commit drop as
select creator_id, amount, reasons, reasons[1] as reason
from (
    select due.creator_id, coalesce(due.positive, due.negative) as amount, array_remove(array[
        case when due.positive is null then 'negative' end,
        case when due.positive < %(minimum)s then 'below_minimum' end,
        case when not %(paid_out)s then 'currency' end,
        case when bank.versions > 1 and bank.newest > %(unchanged_since)s then 'method_changed' end
    ], null) || coalesce(standing.codes, '{}') as reasons
    from (
        select creator_id, sum(amount) filter (where amount > 0)::bigint as positive,
            sum(amount) filter (where amount < 0)::bigint as negative
        from part group by creator_id
    ) due
    left join (
        select creator_id, versions, recorded_at as newest from payment_destination
    ) bank using (creator_id)
    left join (
        select creator_id, array_agg(code order by since, code) as codes from creator_obstacle group by creator_id
    ) standing on standing.creator_id = due.creator_id
) judged
