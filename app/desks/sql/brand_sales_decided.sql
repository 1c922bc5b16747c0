-- The same where the decision is asked about: a plain join, so that a rare answer is found from its side.
select s.brand_id, s.id, s.occurred_at, d.nr, d.rule, d.label, d.reason, d.creator_id, d.contract_id, d.stream_id,
    d.rate_bps, d.fee_bps, d.available_on
from sale s
join decision d on d.brand_id = s.brand_id and d.sale_id = s.id
    and d.nr = (select max(n.nr) from decision n where n.brand_id = d.brand_id and n.sale_id = d.sale_id)
where s.brand_id = %(brand)s and d.brand_id = %(brand)s
