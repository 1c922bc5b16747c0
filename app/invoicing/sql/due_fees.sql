-- Brands with fees posted before %(until)s that stand in no invoice, by currency.
select e.brand_id, e.currency
from entry e
where e.kind = 'fee' and e.recorded_at < %(until)s
    and not exists (select from invoice_entry x where x.brand_id = e.brand_id and x.entry_id = e.id)
group by e.brand_id, e.currency
having sum(case when e.credit = 'platform_revenue' then e.amount else -e.amount end) > 0
order by e.brand_id, e.currency
