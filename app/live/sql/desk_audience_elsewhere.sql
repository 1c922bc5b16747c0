-- Who watched a stream elsewhere in all, as its platform tells; no row where it tells nothing.
select views, watch_seconds, peak_viewers from stream_engagement where stream_id = any (%(streams)s)
