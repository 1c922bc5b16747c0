-- One row for each promise and month; all its entries become available on the day of the first evaluation.
insert into bonus_month (brand_id, creator_id, contract_id, bonus_id, month, currency, available_on)
select p.brand_id, p.creator_id, p.contract_id, p.bonus_id, %(month)s, p.currency, %(today)s
from promise p
where p.due
order by p.bonus_id
on conflict (bonus_id, month) do nothing
