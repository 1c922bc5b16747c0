-- Every standing of a creator, with how fresh their audience still is for each brand where that was measured, and what an
-- hour costs in each money.
select s.*, (
    select coalesce(jsonb_object_agg(f.brand_id, f.value), '{}')
    from fatigue f
    where f.creator_id = s.creator_id and f.brand_id <> 0 and f.country = '' and f.value is not null
) pairs, (
    select coalesce(jsonb_object_agg(a.currency, a.amount), '{}')
    from asking_price a
    where a.creator_id = s.creator_id and a.per = 'hour'
) prices
from standing s
where s.creator_id = %(creator)s
order by s.category, s.country
