-- Each figure with its source and day; the same list again changes nothing.
with stored as (
    insert into figure (channel_id, what, value, source, source_name, measured_on, recorded_at, import_id)
    select l.channel_id, f.key, f.value::bigint, 'creator_list', %(file_name)s, %(measured_on)s, %(at)s, %(import_id)s
    from listed l
    cross join lateral jsonb_each_text(l.figures) f
    on conflict (channel_id, what, measured_on, source) do update
    set value = excluded.value, source_name = excluded.source_name, recorded_at = excluded.recorded_at,
        import_id = excluded.import_id
    where figure.value is distinct from excluded.value
    returning channel_id
)
update listed set changed = true
where not fresh and channel_id in (select channel_id from stored)
