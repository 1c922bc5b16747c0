-- A brand's sale lines, each with its newest decision.
select s.brand_id, s.id, s.occurred_at, d.nr, d.rule, d.label, d.reason, d.creator_id, d.contract_id, d.stream_id,
    d.rate_bps, d.fee_bps, d.available_on
from sale s
left join lateral (
    select * from decision d
    where d.brand_id = s.brand_id and d.sale_id = s.id
    order by d.nr desc limit 1
) d on true
where s.brand_id = %(brand)s
