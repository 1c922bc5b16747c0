-- What the creators of a rebuild are described by: plain words, told apart by how much they weigh.
create temporary table if not exists sought (
    creator_id int primary key,
    name text not null,         -- the creator's own
    said_name text not null,    -- name, handle and channels as they are written
    called text not null,       -- the same in plain words
    accounts text[] not null,   -- handle and channels, each whole
    spelled text not null default '',   -- names with letters outside ASCII in all the ways they are looked for
    topics text not null,       -- keywords, names of categories, whatever else lists file the channels under
    synonyms text not null,     -- other words for the categories
    phrases text[] not null,    -- and what is a few words together
    about text not null,
    around text not null,       -- the categories above, countries, platforms
    facets text[] not null,
    followers bigint,
    level smallint not null,
    live_viewers bigint,
    views bigint,
    engagement_bps int,
    growth_bps int,
    gained bigint,
    grown_since date
) on commit drop
