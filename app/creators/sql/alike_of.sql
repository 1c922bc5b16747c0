-- Whom everybody reads of, with whom only the reader's brands have buyers in common; of both the better reason counts.
with own as ({own}),
both_ways as (
    select a.other_id, a.points, a.category, a.market, a.language, a.age, a.buyers, 0 as own_buyers, a.place as distance
    from alike a where a.creator_id = %(creator)s
    union all
    select o.other_id, o.points, o.category, o.market, o.language, o.age, 0, o.buyers, 0 from own o
)
select b.other_id, max(b.points) as points, max(b.category) as category, bool_or(b.market) as market,
    bool_or(b.language) as language, bool_or(b.age) as age, max(b.buyers) as buyers, max(b.own_buyers) as own_buyers
from both_ways b
join search_document d on d.creator_id = b.other_id
group by b.other_id
order by points desc, max(b.distance), b.other_id
limit %(limit)s
