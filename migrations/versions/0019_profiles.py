"""profiles: what creators and brands say of themselves, and where each figure comes from"""

from alembic import op

revision = "0019"
down_revision = "0018"

UP = """
create table profile (
    creator_id int primary key references creator on delete restrict,
    about text not null default '' constraint ck_profile_about check (length(about) <= 4000),
    keywords text[] not null default '{}',
    open_to_offers boolean not null default true,
    public boolean not null default false,          -- whether somebody who is not signed in may read it
    ask_commission_bps int constraint ck_profile_ask check (ask_commission_bps between 0 and 10000),
    changed_by bigint references person on delete restrict,
    changed_at timestamptz not null
);

-- The categories a creator says they are at home in.
create table profile_category (
    creator_id int not null references creator on delete restrict,
    node_id int not null references node on delete restrict,
    primary key (creator_id, node_id)
);

create table asking_price (
    creator_id int not null references creator on delete restrict,
    per text not null constraint ck_asking_price_per check (per in ('hour', 'month', 'video', 'post')),
    currency char(3) not null,
    amount bigint not null constraint ck_asking_price_amount check (amount between 1 and 10000000000000),
    primary key (creator_id, per, currency)
);

alter table channel
    add column audience_languages jsonb not null default '{}',  -- ISO 639-1: basis points
    add column audience_ages jsonb not null default '{}';       -- 13-17, 18-24, 25-34, 35-44, 45-54, 55+: basis points

-- Where a channel's figure comes from, and of which day it is. The channel's own columns hold the newest.
create table figure (
    channel_id bigint not null references channel on delete restrict,
    what text not null constraint ck_figure_what check (what in ('followers', 'average_views', 'average_live_viewers',
        'engagement', 'audience_countries', 'audience_languages', 'audience_ages', 'average_likes', 'average_comments',
        'average_shares', 'peak_viewers', 'stream_minutes')),
    value bigint,                       -- a number, engagement in basis points
    shares jsonb,                       -- an audience: what is in it, in basis points
    source text not null constraint ck_figure_source check (source in ('creator_list', 'creator', 'platform')),
    source_name text not null default '',   -- of a list: its file
    measured_on date not null,
    recorded_at timestamptz not null,
    import_id int references import,
    primary key (channel_id, what, measured_on, source),
    constraint ck_figure_one check (num_nonnulls(value, shares) = 1)
);

create table brand_profile (
    brand_id int primary key references brand on delete restrict,
    about text not null default '' constraint ck_brand_profile_about check (length(about) <= 4000),
    website text not null default '',
    changed_by bigint references person on delete restrict,
    changed_at timestamptz not null
);

-- A brand lets a creator show what was sold for it alone. Without it results are shown only over three brands or more.
create table result_consent (
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    given_by bigint not null references person on delete restrict,
    given_at timestamptz not null,
    withdrawn_at timestamptz,   -- what was told until then stays out of every sum
    primary key (brand_id, creator_id),
    constraint ck_result_consent_withdrawn check (withdrawn_at >= given_at)
);
"""

DOWN = """
drop table result_consent, brand_profile, figure;
alter table channel drop column audience_languages, drop column audience_ages;
drop table asking_price, profile_category, profile;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
