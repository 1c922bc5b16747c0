-- The commission of each line's last creator: one look-up a line, never a view of all commissions. Of a shared line, what
-- others have in payouts is `taken` too: all shares are moved, or rejected, with it.
select e.brand_id, e.sale_id, e.creator_id, s.source, s.order_ref, s.line_ref, s.currency, e.net, e.unpaid,
    (e.taken + coalesce(shared.taken, 0))::bigint taken,
    e.available_on, e.standing
from unnest(%(brands)s::int[], %(sales)s::bigint[]) asked (brand_id, sale_id)
join sale s on s.brand_id = asked.brand_id and s.id = asked.sale_id
cross join lateral (
    select d.creator_id from decision d
    where d.brand_id = s.brand_id and d.sale_id = s.id and d.creator_id is not null
    order by d.nr desc
    limit 1
) last
cross join lateral (
    select n.*, standing(n, %(today)s) standing from earned n
    where n.brand_id = s.brand_id and n.sale_id = s.id and n.creator_id = last.creator_id
) e
left join lateral (
    select sum(n.taken) taken
    from decision_share x
    join earned n on n.brand_id = x.brand_id and n.sale_id = x.sale_id and n.creator_id = x.creator_id
    where x.brand_id = s.brand_id and x.sale_id = s.id and x.creator_id <> last.creator_id and x.nr = (
        select max(d.nr) from decision d where d.brand_id = s.brand_id and d.sale_id = s.id)
) shared on true
