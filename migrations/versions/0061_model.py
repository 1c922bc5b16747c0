"""model: expected sales from exposed hours, with what was learnt of everybody, and the switches of the order"""

from alembic import op

revision = "0061"
down_revision = "0060"

# rules.md B19. Standings and means are worked out anew every night and can be thrown away.
UP = """
truncate standing, market_mean;

-- What a market's hours are like, as the model has it; null: as they were seen.
alter table market_mean
    add an_hour double precision,           -- orders of an exposed hour
    add value double precision,             -- net value of an order after returns, minor units
    add variation double precision not null default 1,  -- of the value of one order, relative to it
    add unevenness double precision not null default 0; -- of the rate of one hour, a variance relative to it

alter table standing
    drop sales, drop discount,
    drop constraint ck_standing_evidence,
    add constraint ck_standing_evidence check (evidence in ('own', 'near', 'beside', 'none')),
    add prior_index double precision not null,  -- orders an hour as expected without any sale, 1 = the mean
    add orders_index double precision not null, -- orders an hour, 1 = the mean
    add value_index double precision not null,  -- what an order brings, 1 = the mean; sales_index is the product
    add shape double precision not null,        -- of the gamma distribution of the orders of an hour
    add own double precision not null,          -- how much of orders_index is the creator's own doing, 0 to 1
    add widening double precision not null,     -- of ranges, for the band of exposure
    add followers bigint,
    add live_viewers bigint,
    add views bigint;

-- What was learnt of everybody in the last night, as app/ranking/learning.py writes it.
create table ranking_model (
    id int generated always as identity primary key,
    until_on date not null,             -- what had happened before this day was seen
    creators int not null,              -- who had streamed
    hours double precision not null,    -- that they streamed, under contracts
    model jsonb not null,
    bands jsonb not null,               -- what ranges are widened by, by hours of exposure
    made_at timestamptz not null
);

-- Points that came to a hundred gave way to an order by expected contribution: what is left to set are the margin and by
-- how much each fit counts, in percent. Older rows keep their points.
alter table ranking
    drop constraint ck_ranking_hundred,
    alter category drop not null, alter sales drop not null, alter audience drop not null,
    alter reliability drop not null, alter price drop not null, alter freshness drop not null,
    add margin int,
    add by_category int,
    add by_audience int,
    add by_reliability int,
    add by_freshness int,
    add constraint ck_ranking_kind check (
        num_nonnulls(category, sales, audience, reliability, price, freshness) = 6
            and category + sales + audience + reliability + price + freshness = 100
            and least(category, sales, audience, reliability, price, freshness) >= 0
            and num_nonnulls(margin, by_category, by_audience, by_reliability, by_freshness) = 0
        or num_nonnulls(category, sales, audience, reliability, price, freshness) = 0
            and num_nonnulls(margin, by_category, by_audience, by_reliability, by_freshness) = 5
            and margin between 1 and 100
            and least(by_category, by_audience, by_reliability, by_freshness) >= 0
            and greatest(by_category, by_audience, by_reliability, by_freshness) <= 100);
insert into ranking (margin, by_category, by_audience, by_reliability, by_freshness, valid_from, set_by_name)
values (40, 50, 20, 50, 0, now(), 'Streamcut');
"""

DOWN = """
delete from ranking where category is null;
alter table ranking
    drop constraint ck_ranking_kind,
    drop margin, drop by_category, drop by_audience, drop by_reliability, drop by_freshness,
    alter category set not null, alter sales set not null, alter audience set not null,
    alter reliability set not null, alter price set not null, alter freshness set not null,
    add constraint ck_ranking_hundred check (category + sales + audience + reliability + price + freshness = 100
        and least(category, sales, audience, reliability, price, freshness) >= 0);
drop table ranking_model;
truncate market_mean;
drop table standing;     -- made anew: a column that is added comes last
create table standing (
    creator_id int not null,
    country char(2) not null,
    category int not null,
    quality double precision not null,
    sales_index double precision not null,
    sales double precision not null,
    audience double precision not null,
    reliability double precision not null,
    freshness double precision not null,
    spread double precision not null,
    orders int not null,
    streams int not null,
    minutes int not null,
    evidence text not null constraint ck_standing_evidence check (evidence in ('own', 'near', 'none')),
    near char(2),
    discount double precision not null default 1,
    fatigue int,
    events int not null,
    first_language char(2) not null default '',
    languages text[] not null,
    platforms text[] not null,
    ages smallint[],
    price bigint,
    price_currency char(3),
    brands int[] not null default '{}',
    primary key (creator_id, country, category)
);
create index ix_standing_best on standing (country, category, quality desc, creator_id)
    include (freshness, languages, first_language, platforms, ages, price, price_currency);
alter table market_mean drop an_hour, drop value, drop variation, drop unevenness;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
