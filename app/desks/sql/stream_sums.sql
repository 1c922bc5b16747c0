-- What some streams earned their creator, by label.
select n.stream_id, n.label, n.currency, count(*) lines, sum(n.base_minor)::bigint base, sum(n.net)::bigint net
from ({earnings}) n
where n.stream_id = any (%(streams)s)
group by n.stream_id, n.label, n.currency
order by n.stream_id, n.currency, array_position(array['in_stream', 'replay', 'after_stream', 'off_stream'], n.label)
