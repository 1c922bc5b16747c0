-- The tables of one comparison; temporary, gone with the transaction.
drop table if exists pg_temp.member, pg_temp.likely, pg_temp.told;
create temporary table member (         -- a creator in every category or branch of theirs
    creator_id int not null,
    kind smallint not null,             -- 2: the category is their finest, 1: a branch
    category int not null,
    market char(2),
    language char(2),
    age text,
    size double precision not null
) on commit drop;
create temporary table likely (         -- the nearest of each, level by level
    creator_id int not null,
    other_id int not null,
    distance double precision not null,
    primary key (creator_id, other_id)
) on commit drop;
create temporary table told (           -- buyers shared over so many brands that nobody's can be read from them
    creator_id int not null,
    other_id int not null,
    buyers int not null,
    closeness smallint not null,
    primary key (creator_id, other_id)
) on commit drop
