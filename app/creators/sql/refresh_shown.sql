-- Streams that began in [since, until) and were over by then. One is kept when it was under a contract of the two, as
-- long as that asks of a valid one, and had a product: in its list, or sold in it. One counts as exposure when it was
-- under a contract of the two, or something was sold in it for the brand.
insert into shown (stream_id, creator_id, brand_id, platform, starts_at, ends_at, currency, sponsored, counts, kept)
select s.id, s.creator_id, s.brand_id, s.platform, s.starts_at, s.ends_at, b.currency, k.id is not null,
    k.id is not null or exists (
        select from sold x
        where x.stream_id = s.id and x.creator_id = s.creator_id and x.brand_id = s.brand_id),
    k.id is not null and s.ends_at - s.starts_at >= k.stream_minutes * interval '1 minute'
        and (s.skus <> '{}' or s.id in (select stream_id from sold where stream_id is not null))
from stream s
join brand b on b.id = s.brand_id
left join contract k on k.brand_id = s.brand_id and k.creator_id = s.creator_id and k.period @> s.starts_at
where s.starts_at >= %(since)s and s.starts_at < %(until)s and s.ends_at <= %(until)s
    and (%(creators)s::int[] is null or s.creator_id = any (%(creators)s::int[]))
