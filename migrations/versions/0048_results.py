"""results: what streams with figures by the minute came to, and how the fatigue of audiences moved"""

from alembic import op

revision = "0048"
down_revision = "0047"

# Both are worked out at night from what the other rooms keep, and can be thrown away at any time.
UP = """
-- A stream that is over and whose audience was measured, as far as it is known: what other shows are held against.
create table stream_result (
    stream_id bigint primary key references stream on delete cascade,
    creator_id int not null references creator on delete restrict,
    brand_id int not null references brand on delete restrict,
    category int references node,       -- of the first level: the brand's first
    currency char(3) not null,          -- the brand's: sales in other money are left out
    started_at timestamptz not null,
    seconds int not null constraint ck_stream_result_seconds check (seconds > 0),
    views bigint constraint ck_stream_result_views check (views >= 0),      -- null, as what follows: not measured
    peak bigint constraint ck_stream_result_peak check (peak >= 0),
    watched bigint,                     -- seconds of all viewers
    impressions bigint not null,
    taps bigint not null,
    orders int not null,
    tapped_orders int not null,         -- of these, where the taps were counted
    sold bigint not null,               -- minor units
    refunded bigint not null,
    measured_at timestamptz not null
);
create index ix_stream_result_started on stream_result (started_at);
create index ix_stream_result_creator on stream_result (creator_id, started_at);

-- How tired an audience was, night by night; a row where it changed. `brand_id` 0: with all brands.
create table fatigue_mark (
    creator_id int not null references creator on delete cascade,
    brand_id int not null,
    on_day date not null,
    value int constraint ck_fatigue_mark_value check (value between 0 and 100),
    primary key (creator_id, brand_id, on_day)
);
"""

DOWN = "drop table fatigue_mark, stream_result;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
