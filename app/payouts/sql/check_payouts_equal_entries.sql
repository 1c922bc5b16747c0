-- Payout by payout and brand by brand: what is linked was reserved; it is settled where the payout is paid, and out of
-- transit where it has ended. A linked entry is the payee's own, in its currency, and was available at the cut-off.
select coalesce(p.id, x.payout_id) payout_id, p.status, p.amount, sum(x.linked)::bigint linked,
    sum(x.reserved)::bigint reserved
from payout p
full join (
    select payout_id, brand_id, sum(linked) linked, sum(reserved) reserved, sum(settled) settled, sum(gone) gone,
        bool_and(fits) fits
    from (
        select l.payout_id, l.brand_id, case when e.credit = 'creator' then e.amount else -e.amount end linked,
            0 reserved, 0 settled, 0 gone,
            (e.creator_id, e.currency) = (p.creator_id, p.currency) and e.available_on <= b.cutoff_on fits
        from payout_line l
        left join payout p on p.id = l.payout_id
        left join payout_batch b on b.id = p.batch_id
        left join entry e on e.brand_id = l.brand_id and e.id = l.entry_id
        where l.released_at is null or p.status in ('failed', 'returned', 'dropped')
        union all
        select cause, brand_id, 0, case when kind = 'reserve' then amount else 0 end,
            case when kind = 'settle' then amount when kind = 'return' then -amount else 0 end,
            case when kind in ('settle', 'release') then amount else 0 end, true
        from entry where kind in ('reserve', 'settle', 'release', 'return')
    ) sides
    group by payout_id, brand_id
) x on x.payout_id = p.id
group by p.id, x.payout_id
having p.id is null or coalesce(sum(x.reserved), 0) <> p.amount
    or bool_or(x.linked is distinct from x.reserved or x.fits is not true
        or x.settled <> case when p.status = 'paid' then x.reserved else 0 end
        or x.gone <> case when p.status in ('reserved', 'sent') then 0 else x.reserved end)
