-- The quarters of an hour of some streams, in their order, with what was said of them.
select q.*, r.public_id review_id, r.said as words, r.reason,
    extract(epoch from q.begins_at - s.starts_at)::int since, extract(epoch from q.ends_at - s.starts_at)::int until
from stream_quarter q
join stream s on s.id = q.stream_id
left join quarter_review r on r.stream_id = q.stream_id and r.quarter = q.quarter
where q.stream_id = any (%(streams)s::bigint[])
order by q.stream_id, q.quarter
