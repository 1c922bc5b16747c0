create temporary table if not exists stream_verdict (
    contract_id int not null,
    stream_id bigint,           -- or
    effort_id bigint,
    on_day date not null,       -- of the contract's zone
    begun_at timestamptz,
    counts_at timestamptz,      -- from when its minutes are there: the show's end, the end of the effort's day
    minutes int not null,
    reason text,                -- why it does not count; null: it does
    proven int not null,        -- of the minutes, those of which the record has what it takes
    counted int not null        -- of these, below the caps of day and month
) on commit delete rows
