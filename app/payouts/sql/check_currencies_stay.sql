select e.brand_id, e.id, e.kind, e.currency
from entry e
left join sale s on e.kind in ('commission', 'fee') and s.brand_id = e.brand_id and s.id = e.cause
left join payout p on e.kind in ('reserve', 'settle', 'release', 'return', 'carry') and p.id = e.cause
left join top_up t on e.kind = 'top_up' and t.id = e.cause and t.brand_id = e.brand_id
left join top_up_return r on e.kind = 'taken_back' and r.id = e.cause and r.brand_id = e.brand_id
left join bonus_month m on e.kind = 'bonus' and m.id = e.cause
left join debt_write_off w on e.kind = 'write_off' and w.id = e.cause and w.brand_id = e.brand_id
left join provider_movement f on e.kind = 'provider_fee' and f.id = e.cause
where coalesce(s.currency, p.currency, t.currency, r.currency, m.currency, f.currency, w.currency) <> e.currency
union all
-- A decision that borrows another brand's or another creator's contract would move money between them.
select d.brand_id, d.sale_id, 'decision', k.ref
from decision d
left join contract k on k.id = d.contract_id
where d.rule is not null and (k.brand_id, k.creator_id) is distinct from (d.brand_id, d.creator_id)
union all
select m.brand_id, m.id, 'bonus_month', b.currency
from bonus_month m
left join bonus b on b.id = m.bonus_id
where (m.brand_id, m.creator_id, m.contract_id, m.currency)
    is distinct from (b.brand_id, b.creator_id, b.contract_id, b.currency)
