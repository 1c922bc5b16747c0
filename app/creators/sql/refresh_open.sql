-- The tables of one refresh; temporary, made anew by each, gone with the transaction.
drop table if exists pg_temp.place, pg_temp.called, pg_temp.branch, pg_temp.sold, pg_temp.shown, pg_temp.selling,
    pg_temp.exposure, pg_temp.evidence, pg_temp.rated, pg_temp.crowd, pg_temp.conduct, pg_temp.persona, pg_temp.at_home,
    pg_temp.market_fit;

create temporary table place (          -- every country, with what is near it
    country text primary key,
    region text not null,
    currency text,
    languages text[] not null
) on commit drop;

create temporary table called (         -- what files call a category: by its code or a name, in lower case
    word text primary key,
    category int not null
) on commit drop;

create temporary table branch (         -- a category, and the one of the first level it lies in; the root is its own
    category int primary key,
    top int not null
) on commit drop;

create temporary table sold (           -- every sale line that is a creator's
    creator_id int not null,
    brand_id int not null,
    stream_id bigint,
    source text collate "C" not null,
    order_ref text collate "C" not null,
    occurred_at timestamptz not null,
    visitor bytea,
    country char(2) not null,
    category int not null,
    currency char(3) not null,
    gross bigint not null,
    net bigint not null
) on commit drop;

create temporary table shown (          -- every stream that is over
    stream_id bigint primary key,
    creator_id int not null,
    brand_id int not null,
    platform text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    currency char(3) not null,          -- the brand's
    sponsored boolean not null,         -- under a contract of the two
    counts boolean not null,            -- is exposure for the brand: that, or something was sold in it for the brand
    kept boolean not null               -- as long as that contract asks, and with a product
) on commit drop;

create temporary table selling (        -- in which categories of the first level, where and for which money a brand sells
    brand_id int not null,
    top int not null,
    currency char(3) not null,
    country char(2) not null,
    primary key (top, currency, country, brand_id)
) on commit drop;

create temporary table exposure (       -- hours that were streamed for a brand, and what they brought, where it sells
    creator_id int not null,
    brand_id int not null,
    country char(2) not null,
    top int not null,
    currency char(3) not null,
    month date not null,
    minutes int not null,
    orders int not null,
    gross bigint not null,
    net bigint not null,
    squares double precision not null,  -- the sum of the squares of the orders' gross values
    primary key (creator_id, top, country, currency, month, brand_id)
) on commit drop;

create temporary table evidence (       -- the same of all months and brands
    creator_id int not null,
    country char(2) not null,
    top int not null,
    currency char(3) not null,
    orders int not null,
    gross bigint not null,
    net bigint not null,
    minutes bigint not null,
    brands int[] not null,              -- for whom; three where there are more, here and below
    primary key (creator_id, top, country, currency)
) on commit drop;

create temporary table rated (          -- what app/ranking/estimation.py makes of a row of market_fit; 1 = the mean
    creator_id int not null,
    country char(2) not null,
    top int not null,
    prior_index double precision not null,
    orders_index double precision not null,
    value_index double precision not null,
    shape double precision not null,
    own double precision not null,
    widening double precision not null,
    spread double precision not null,
    primary key (creator_id, country, top)
) on commit drop;

create temporary table crowd (          -- the share of an audience in a country, over all channels, 0 to 1
    creator_id int not null,
    country text not null,
    share double precision not null,
    primary key (creator_id, country)
) on commit drop;

create temporary table persona (        -- what is the same of a creator everywhere
    creator_id int primary key,
    country char(2) not null,
    first_language char(2) not null,
    languages text[] not null,
    platforms text[] not null,
    ages smallint[],
    reliability double precision not null,
    events int not null,                -- that it rests on
    fatigue int,
    followers bigint,
    live_viewers bigint,
    views bigint,
    engagement double precision         -- basis points
) on commit drop;

create temporary table at_home (        -- a creator's categories, each with that of the first level
    creator_id int not null,
    category int not null,
    top int not null,
    named boolean not null,             -- by the creator, not by what they did
    primary key (creator_id, category)
) on commit drop;

create temporary table market_fit (     -- a creator in a market and a category of the first level
    creator_id int not null,
    country char(2) not null,
    top int not null,
    evidence text not null,
    near char(2),
    orders int not null,
    share double precision,             -- of the audience; null: not measured
    named boolean not null,
    speaks boolean not null,            -- a language of the market
    brands int[] not null,
    primary key (creator_id, country, top)
) on commit drop;

create temporary table conduct (        -- what reliability rests on
    creator_id int primary key,
    good int not null,
    events int not null
) on commit drop
