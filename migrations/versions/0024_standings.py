"""standings: what creators have sold where, how tired their audience is, and how they stand in each market"""

from alembic import op

revision = "0024"
down_revision = "0023"

# rules.md B19 and B25. All of it is worked out anew from the books every night, and can be thrown away at any time.
UP = """
-- What a creator sold for a brand, by the buyer's country, the product's category and the month (UTC) of the sale.
create table outcome (
    creator_id int not null,
    brand_id int not null,
    country char(2) not null,           -- of the buyer; the brand's own where the sale names none
    category int not null,              -- a node
    currency char(3) not null,
    month date not null,
    orders int not null,
    gross bigint not null,              -- minor units
    net bigint not null,                -- after refunds
    primary key (creator_id, brand_id, country, category, currency, month)
);
create index ix_outcome_brand on outcome (brand_id, month);

-- How long a creator streamed for a brand.
create table airtime (
    creator_id int not null,
    brand_id int not null,
    month date not null,
    streams int not null,
    kept int not null,                  -- streams that were as long as the contract asks and showed a product
    minutes int not null,
    primary key (creator_id, brand_id, month)
);

-- rules.md B25, 0 to 100, higher is worse; null: not enough data, or not measured.
create table fatigue (
    creator_id int not null,
    brand_id int not null default 0,    -- 0: with every brand
    country text not null default '',   -- '': in every market
    streams int not null,
    decline int constraint ck_fatigue_decline check (decline between 0 and 100),        -- (a)
    sponsored int constraint ck_fatigue_sponsored check (sponsored between 0 and 100),  -- (b)
    repeat_buyers int constraint ck_fatigue_repeat check (repeat_buyers between 0 and 100),    -- (d)
    value int constraint ck_fatigue_value check (value between 0 and 100),
    working jsonb not null default '{}',    -- the figures behind each cause, for people
    primary key (creator_id, brand_id, country)
);
create index ix_fatigue_brand on fatigue (brand_id, creator_id);

-- What an hour live brings on average: in a market, a category and a currency.
create table market_mean (
    country char(2) not null,
    category int not null,
    currency char(3) not null,
    creators int not null,
    orders int not null,
    minutes bigint not null,
    net bigint not null,
    refund_bps int not null,            -- what came back, of what was sold
    spread double precision not null,   -- standard deviation of creators around the mean, relative to it
    brands int[] not null,              -- whose sales make the mean; three where there are more
    primary key (country, category, currency)
);

-- How a creator stands in a market and a category: everything of the score that no brief changes. `quality` is the sum
-- of those parts under the weights in force, so that a search can walk from the best down.
create table standing (
    creator_id int not null,
    country char(2) not null,           -- the market
    category int not null,              -- a node
    quality double precision not null,
    sales_index double precision not null,      -- sales per hour, 1 = the mean of market and category, shrunk
    sales double precision not null,
    audience double precision not null,
    reliability double precision not null,
    freshness double precision not null,
    spread double precision not null,   -- of the forecast, relative
    orders int not null,                -- in this market and the first-level category this one lies in
    streams int not null,               -- for brands that sell in it
    minutes int not null,
    evidence text not null constraint ck_standing_evidence check (evidence in ('own', 'near', 'none')),
    near char(2),                       -- the market the index leans on
    discount double precision not null default 1,
    fatigue int,
    events int not null,                -- that reliability rests on
    first_language char(2) not null default '',
    languages text[] not null,
    platforms text[] not null,
    ages smallint[],                    -- shares of the audience in the bands of scoring.AGES, basis points
    price bigint,                       -- asked for an hour, minor units
    price_currency char(3),
    brands int[] not null default '{}', -- whose sales the index rests on; three where there are more
    primary key (creator_id, country, category)
);
create index ix_standing_best on standing (country, category, quality desc, creator_id)
    include (freshness, languages, first_language, platforms, ages, price, price_currency);

create table ranking (
    id int generated always as identity primary key,
    category int not null,
    sales int not null,
    audience int not null,
    reliability int not null,
    price int not null,
    freshness int not null,
    valid_from timestamptz not null,
    set_by_name text not null,
    constraint ck_ranking_hundred check (category + sales + audience + reliability + price + freshness = 100
        and least(category, sales, audience, reliability, price, freshness) >= 0)
);
revoke update, delete on ranking from streamcut_app;
insert into ranking (category, sales, audience, reliability, price, freshness, valid_from, set_by_name)
values (25, 25, 15, 15, 10, 10, '2000-01-01 00:00Z', 'Streamcut');
"""

DOWN = "drop table ranking, standing, market_mean, fatigue, airtime, outcome;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
