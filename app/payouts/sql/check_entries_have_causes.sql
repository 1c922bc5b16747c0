select e.brand_id, e.id, e.kind, e.cause
from entry e
where not case
    when e.kind in ('commission', 'fee') then exists (
        select from decision d where d.brand_id = e.brand_id and d.sale_id = e.cause)
    when e.kind in ('reserve', 'settle', 'release', 'return', 'carry') then exists (
        select from payout p where p.id = e.cause and p.creator_id = e.creator_id)
    when e.kind = 'top_up' then exists (
        select from top_up t where t.id = e.cause and t.brand_id = e.brand_id and t.status = 'approved'
            and t.amount = e.amount)
    when e.kind = 'taken_back' then exists (
        select from top_up_return r where r.id = e.cause and r.brand_id = e.brand_id and r.amount = e.amount
            and (r.kind = 'dispute_won') = (e.credit = 'brand_funds'))
    when e.kind = 'bonus' then exists (
        select from bonus_month m where m.id = e.cause and m.brand_id = e.brand_id and m.creator_id = e.creator_id)
    when e.kind = 'provider_fee' then exists (
        select from provider_movement m where m.id = e.cause
            and m.cost = case when e.credit = 'bank' then e.amount else -e.amount end)
    when e.kind = 'vat' then exists (
        select from invoice i where i.id = e.cause and i.brand_id = e.brand_id
            and i.creator_id is not distinct from e.creator_id and i.tax >= e.amount)
    when e.kind = 'write_off' then exists (
        select from debt_write_off w where w.id = e.cause and w.brand_id = e.brand_id and w.creator_id = e.creator_id
            and w.amount = e.amount)
    when e.kind in ('order_paid', 'order_refunded') then true     -- looked at by the room of orders
    else false end
