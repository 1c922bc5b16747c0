create temporary table listed (
    line int primary key,
    name text collate "C" not null,
    title text not null,
    country text not null,
    languages text[] not null,
    categories text[] not null,
    figures jsonb not null,
    channel_id bigint,
    creator_id int,
    fresh boolean not null default false,       -- there was no such channel
    newest boolean not null default false,      -- no newer list has it
    changed boolean not null default false
) on commit drop
