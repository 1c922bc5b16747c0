insert into contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, exclusive_category, recorded_at,
    import_id)
select contract, brand_id, creator_id, starts_on, ends_on, timezone, tstzrange(starts_at, ends_at), exclusive_category,
    %(at)s, %(import_id)s
from judged
where fresh
order by at_line
