"""alike: who is like whom, the figures by which creators are found, and words that answer for an idea"""

from alembic import op

revision = "0064"
down_revision = "0063"

UP = """
-- What creators are found by beside words: figures of the largest channel that has them, and how tired an audience is.
alter table search_document
    add column live_viewers bigint,
    add column views bigint,
    add column engagement_bps int,
    add column growth_bps int,          -- of followers in thirty days, between the last list and one before it
    add column gained bigint,           -- followers between the two
    add column grown_since date,        -- the day of the earlier one
    add column fatigue int;
create index ix_search_document_live on search_document (live_viewers desc nulls last, creator_id);
create index ix_search_document_views on search_document (views desc nulls last, creator_id);
create index ix_search_document_engagement on search_document (engagement_bps desc nulls last, creator_id);
create index ix_search_document_growth on search_document (growth_bps desc nulls last, creator_id);

-- What answers for an idea begins with an equals sign: it is found by its stems, not by what begins with it.
create or replace function word_query(word text) returns tsquery language plpgsql immutable strict parallel safe as $$
declare
    way text;
    other text;
    found tsquery := '';
begin
    foreach way in array string_to_array(word, '|') loop
        other := plain_words(way);
        found := found || plainto_tsquery('dutch', other) || plainto_tsquery('english', other)
            || plainto_tsquery('simple', other);
        if length(other) >= 5 and strpos(other, ' ') = 0 and not starts_with(way, '=') then
            found := found || to_tsquery('simple', other || ':*');
        end if;
    end loop;
    return found;
end
$$;

-- A text as one lexeme of a tsvector or tsquery, whatever is in it.
create function lexeme(said text) returns text language sql immutable strict parallel safe as $$
    select '''' || replace(replace(said, '\\', '\\\\'), '''', '''''') || ''''
$$;

-- By what creators are compared; what is not known is null.
create table creator_traits (
    creator_id int primary key,
    categories int[] not null,          -- the finest
    branches int[] not null,            -- those of the first level that they lie in
    market char(2),                     -- where most of the audience is, else home
    language char(2),                   -- spoken, else that of most of the audience
    age text,                           -- the band that most of the audience is in
    size double precision not null      -- logarithm of followers, and a trace of the number so that none are equal
);

-- Buyers of a brand who have bought through both of two creators within a year; read by that brand alone.
create table shared_buyers (
    brand_id int not null,
    creator_id int not null,
    other_id int not null,
    buyers int not null constraint ck_shared_buyers_some check (buyers > 0),
    closeness smallint not null,        -- of a hundred buyers of the one with fewer, so many are the other's too
    primary key (brand_id, creator_id, other_id)
);
create index ix_shared_buyers_creator on shared_buyers (creator_id, brand_id);

-- The creators most like each, the same for every reader.
create table alike (
    creator_id int not null,
    place smallint not null,            -- 1 is the most alike
    other_id int not null,
    points smallint not null,
    category smallint not null constraint ck_alike_category check (category between 0 and 2),   -- 2: same, 1: same branch
    market boolean not null,
    language boolean not null,
    age boolean not null,
    buyers int not null default 0,      -- shared over at least three brands, rounded down; 0: too few to be told
    primary key (creator_id, place)
);
"""

DOWN = """
drop table alike, shared_buyers, creator_traits;
create or replace function word_query(word text) returns tsquery language plpgsql immutable strict parallel safe as $$
declare
    other text;
    found tsquery := '';
begin
    foreach other in array string_to_array(word, '|') loop
        other := plain_words(other);
        found := found || plainto_tsquery('dutch', other) || plainto_tsquery('english', other)
            || plainto_tsquery('simple', other);
        if length(other) >= 5 and strpos(other, ' ') = 0 then
            found := found || to_tsquery('simple', other || ':*');
        end if;
    end loop;
    return found;
end
$$;
drop function lexeme;
drop index ix_search_document_live, ix_search_document_views, ix_search_document_engagement, ix_search_document_growth;
alter table search_document drop column live_viewers, drop column views, drop column engagement_bps,
    drop column growth_bps, drop column gained, drop column grown_since, drop column fatigue;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
