-- Pairs with an agreement in force and something earned that is payable before %(until)s and in no invoice that counts.
select n.brand_id, n.creator_id, e.currency
from self_billing_now n
join entry e on e.brand_id = n.brand_id and e.creator_id = n.creator_id
where e.kind in ('commission', 'bonus') and e.available_on < %(until)s
    and e.available_on >= (n.first_signed_at at time zone %(zone)s)::date
    and not exists (
        select from invoice_entry x
        join invoice i on i.id = x.invoice_id
        where x.brand_id = e.brand_id and x.entry_id = e.id
            and not exists (select from invoice c where c.cancels and c.corrects_id = coalesce(i.corrects_id, i.id)))
group by n.brand_id, n.creator_id, e.currency
order by n.brand_id, n.creator_id, e.currency
