"""streams: live shows, and the channels they run on"""

from alembic import op

revision = "0006"
down_revision = "0005"

UP = """
create table stream (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    ref text collate "C" not null unique,
    creator_id int not null references creator on delete restrict,
    brand_id int not null references brand on delete restrict,
    platform text not null,
    starts_at timestamptz not null,
    ends_at timestamptz check (ends_at > starts_at),    -- null while it runs
    skus text[] not null default '{}',
    recorded_at timestamptz not null,
    import_id int references import
);
create index ix_stream_brand on stream (brand_id, starts_at);
create index ix_stream_creator on stream (creator_id, starts_at);

create table channel (
    id bigint generated always as identity primary key,
    creator_id int not null references creator on delete restrict,
    platform text not null,
    name text collate "C" not null,
    categories text[] not null default '{}',
    followers bigint check (followers >= 0),
    average_views bigint check (average_views >= 0),
    average_live_viewers bigint check (average_live_viewers >= 0),
    engagement_bps int check (engagement_bps between 0 and 10000),
    audience_countries jsonb not null default '{}',     -- country: basis points
    verified_on date,
    recorded_at timestamptz not null,
    import_id int references import,
    constraint uq_channel_name unique (creator_id, platform, name)
);
"""

DOWN = "drop table channel, stream;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
