-- How long a creator streamed for each brand in the twelve months.
select brand_id, sum(streams)::bigint as streams, sum(minutes)::bigint as minutes
from airtime
where creator_id = %(creator)s and month >= %(since)s and month < %(until)s
group by brand_id
order by brand_id
