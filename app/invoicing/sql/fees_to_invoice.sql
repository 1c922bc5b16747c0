-- A brand's fees in a currency posted before %(until)s that stand in no invoice; what was given back is below zero.
select e.id, 'fee' kind, case when e.credit = 'platform_revenue' then e.amount else -e.amount end amount, 1 round
from entry e
where e.brand_id = %(brand)s and e.currency = %(currency)s and e.kind = 'fee' and e.recorded_at < %(until)s
    and not exists (select from invoice_entry x where x.brand_id = e.brand_id and x.entry_id = e.id)
order by e.id
