-- What a creator earned with a brand in a currency, is payable before %(until)s, and stands in no invoice that counts.
-- Something of which a part was payable before the pair first agreed is the creator's own to invoice, refunds too.
-- `original`: the invoice in which what is taken back here stands; nothing where it was never invoiced. What belongs
-- to an invoice that is in dispute waits until that is settled. `round`: how often the entry was invoiced before.
select e.id, e.kind, case when e.credit = 'creator' then e.amount else -e.amount end amount, o.invoice_id original,
    (select count(*) from invoice_entry x where x.brand_id = e.brand_id and x.entry_id = e.id)::int + 1 round
from entry e
left join lateral (
    select i.id invoice_id
    from entry f
    join invoice_entry x on x.brand_id = f.brand_id and x.entry_id = f.id
    join invoice i on i.id = x.invoice_id
    where e.debit = 'creator' and f.brand_id = e.brand_id and f.cause = e.cause and f.kind = e.kind
        and f.creator_id = e.creator_id and f.credit = 'creator' and i.corrects_id is null
        and not exists (select from invoice c where c.cancels and c.corrects_id = i.id)
    order by i.id desc
    limit 1
) o on true
where e.brand_id = %(brand)s and e.creator_id = %(creator)s and e.currency = %(currency)s
    and e.kind in ('commission', 'bonus') and e.available_on < %(until)s
    and not exists (
        select from entry f
        where f.brand_id = e.brand_id and f.cause = e.cause and f.kind = e.kind and f.creator_id = e.creator_id
            and f.available_on < %(since)s)
    and not exists (
        select from invoice_entry x
        join invoice i on i.id = x.invoice_id
        where x.brand_id = e.brand_id and x.entry_id = e.id
            and not exists (select from invoice c where c.cancels and c.corrects_id = coalesce(i.corrects_id, i.id)))
    and not exists (select from invoice_objection j where j.invoice_id = o.invoice_id and j.settled_at is null)
order by e.id
