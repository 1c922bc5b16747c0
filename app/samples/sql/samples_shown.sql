-- Samples that were shown: a stream of the creator for the brand that began between delivery and the due day lists the
-- product (rules.md B18). While the clock stands for an appeal, the due day does not come. A stream that comes to us
-- late, in a file, counts as well: what was missed was not, then.
with shown as (
    select distinct on (sample.id) sample.id as sample_id, stream.id as stream_id, stream.ends_at
    from sample
    join stream on stream.brand_id = sample.brand_id and stream.creator_id = sample.creator_id
        and stream.starts_at >= sample.delivered_at
        and (stream.starts_at < sample.due_at or (sample.status = 'appealed' and sample.appealed_at < sample.due_at))
        and stream.ends_at <= %(at)s and sample.sku = any(stream.skus)
    where sample.status in ('delivered', 'missed', 'appealed')
        and (%(sample)s::bigint is null or sample.id = %(sample)s)
    order by sample.id, stream.starts_at, stream.id
)
update sample
set status = 'fulfilled', fulfilled_at = shown.ends_at, stream_id = shown.stream_id, missed_at = null
from shown
where sample.id = shown.sample_id and sample.status in ('delivered', 'missed', 'appealed')
returning sample.id
