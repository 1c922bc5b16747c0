-- What the creators of a rebuild are described by: plain words, told apart by how much they weigh.
create temporary table if not exists sought (
    creator_id int primary key,
    name text not null,         -- the creator's own
    called text not null,       -- name, handle, channels
    topics text not null,       -- keywords, names of categories, whatever else lists file the channels under
    synonyms text not null,     -- other words for the categories
    about text not null,
    around text not null,       -- the categories above, countries, platforms
    facets text[] not null,
    followers bigint,
    level smallint not null
) on commit drop
