-- Where each audience is: channels count by their followers, at least as one; those without figures not at all.
insert into crowd (creator_id, country, share)
select c.creator_id, a.key, sum(c.weight * a.value::float8) / c.whole / 10000
from (
    select creator_id, audience_countries, greatest(coalesce(followers, 0), 1) weight,
        sum(greatest(coalesce(followers, 0), 1)) over (partition by creator_id)::float8 whole
    from channel
    where audience_countries <> '{}' and (%(creators)s::int[] is null or creator_id = any (%(creators)s::int[]))
) c
cross join lateral jsonb_each_text(c.audience_countries) a
group by c.creator_id, a.key, c.whole
