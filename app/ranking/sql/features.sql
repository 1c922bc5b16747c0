-- What is known without any sale of some creators in their markets and categories, as the model takes it; null: it isn't.
select m.creator_id, m.country::text, m.top, ln(1 + p.live_viewers::float8), ln(1 + p.followers::float8),
    ln(1 + p.engagement), ln(0.01 + m.share), m.named::int::float8, m.speaks::int::float8
from market_fit m
join persona p using (creator_id)
where m.creator_id = any (%(creators)s::int[])
order by m.creator_id, m.top, m.country
