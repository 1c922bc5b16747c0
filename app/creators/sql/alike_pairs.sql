-- Pairs of creators with what they share, and the points that gives.
select p.creator_id, p.other_id, f.category, f.market, f.language, f.age, p.buyers, abs(b.size - a.size) as distance,
    (array[0, %(branch)s, %(category)s])[f.category + 1] + case when f.market then %(market)s else 0 end
        + case when f.language then %(language)s else 0 end + case when f.age then %(age)s else 0 end
        + case when p.buyers > 0 then %(bought)s + %(bought_most)s * p.closeness / 100 else 0 end as points
from {pairs} p
join creator_traits a on a.creator_id = p.creator_id
join creator_traits b on b.creator_id = p.other_id
cross join lateral (
    select case when a.categories && b.categories then 2 when a.branches && b.branches then 1 else 0 end as category,
        coalesce(a.market = b.market, false) as market, coalesce(a.language = b.language, false) as language,
        coalesce(a.age = b.age, false) as age
) f
