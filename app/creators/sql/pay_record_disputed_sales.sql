-- Disputes about sales with creators: how many, how they were decided, and how long the brand took to answer (days, whole
-- ones; who never answered took all the time there was).
select count(*) as opened,
    count(*) filter (where d.outcome is not null) as decided,
    count(*) filter (where d.outcome = 'for_creator') as for_creator,
    count(*) filter (where d.silent and d.opened_by = 'creator') as unanswered,
    floor(percentile_cont(0.5) within group (order by extract(epoch from d.answered_at - d.opened_at))
        filter (where d.opened_by = 'creator') / 86400)::int as answer_days
from dispute d
where d.brand_id = %(brand)s and d.opened_at >= %(since)s and d.opened_at <= %(at)s and d.status <> 'retracted'
