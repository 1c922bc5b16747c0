-- What the contracts promise for a month for sure and have not had yet: retainers, guarantees, quotas, the fees of
-- exclusivities.
insert into reservation (brand_id, currency, kind, cause, month, amount, made_at)
select b.brand_id, b.currency, 'contract', b.contract_id, %(month)s, least(
        least(coalesce(sum(b.amount) filter (where b.kind <> 'exclusivity_fee'), 0), k.cap_month, k.cap_contract)
            + coalesce(sum(b.amount) filter (where b.kind = 'exclusivity_fee'), 0), 10000000000000), %(at)s
from bonus b
join contract k on k.id = b.contract_id
where b.kind <> 'threshold' and b.first_on < %(next)s and b.last_on >= %(month)s
    and k.starts_on < %(next)s and k.ends_on >= %(month)s
    and not exists (select from bonus_month m where m.contract_id = b.contract_id and m.month = %(month)s)
group by b.contract_id, b.brand_id, b.currency, k.cap_month, k.cap_contract
having least(coalesce(sum(b.amount) filter (where b.kind <> 'exclusivity_fee'), 0), k.cap_month, k.cap_contract)
    + coalesce(sum(b.amount) filter (where b.kind = 'exclusivity_fee'), 0) > 0
on conflict (kind, cause, month) where released_at is null do nothing
