-- What the creator earned in some months from brands that an exclusivity would close to them, by currency: commissions
-- and bonuses, less what was taken back.
with closed as materialized (
    select b.id
    from brand b
    where b.id in (select k.brand_id from contract k where k.creator_id = %(creator)s)
        and b.id <> %(brand)s and b.handle <> all (%(carved)s)
        and case when %(level)s = 'full' then true
            when %(level)s = 'named_rivals' then b.handle = any (%(rivals)s)
            else exists (
                select from brand_node s
                join node n on n.id = s.node_id
                where s.brand_id = b.id and int4range(n.lo, n.hi) && %(categories)s::int4multirange) end
)
select e.currency, count(distinct e.brand_id) brands,
    sum(case when e.credit = 'creator' then e.amount else -e.amount end)::bigint amount
from closed
join entry e on e.brand_id = closed.id and e.creator_id = %(creator)s
where e.kind in ('commission', 'bonus') and e.occurred_at >= %(begin)s and e.occurred_at < %(end)s
group by e.currency
order by 3 desc, 1
