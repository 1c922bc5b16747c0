"""minutes: what platforms say of streams, minute by minute and over all of it; and how long audiences still watch"""

from alembic import op

revision = "0050"
down_revision = "0049"

UP = """
-- What a platform says of a stream, minute by minute, and over all of it. What it does not say is empty.
create table stream_minute (
    id bigint generated always as identity primary key,
    stream_id bigint not null references stream on delete restrict,
    minute timestamptz not null,
    viewers bigint constraint ck_stream_minute_viewers check (viewers >= 0),
    taps bigint constraint ck_stream_minute_taps check (taps >= 0),
    impressions bigint constraint ck_stream_minute_impressions check (impressions >= 0),
    orders bigint constraint ck_stream_minute_orders check (orders >= 0),
    net_sales bigint constraint ck_stream_minute_net check (net_sales >= 0),
    currency char(3),
    stock bigint constraint ck_stream_minute_stock check (stock >= 0),
    recorded_at timestamptz not null,
    import_id int references import,
    constraint ck_stream_minute_currency check ((net_sales is null) = (currency is null)),
    constraint ck_stream_minute_whole check (mod(extract(epoch from minute), 60) = 0),
    constraint uq_stream_minute_minute unique (stream_id, minute)
);
revoke delete on stream_minute from streamcut_app;

create table stream_engagement (
    id bigint generated always as identity primary key,
    stream_id bigint not null constraint uq_stream_engagement_stream unique references stream on delete restrict,
    views bigint constraint ck_stream_engagement_views check (views >= 0),
    peak_viewers bigint constraint ck_stream_engagement_peak check (peak_viewers >= 0),
    watch_seconds bigint constraint ck_stream_engagement_watch check (watch_seconds >= 0),     -- of one viewer on average
    reactions bigint constraint ck_stream_engagement_reactions check (reactions >= 0),
    comments bigint constraint ck_stream_engagement_comments check (comments >= 0),
    shares bigint constraint ck_stream_engagement_shares check (shares >= 0),
    recorded_at timestamptz not null,
    import_id int references import
);
revoke delete on stream_engagement from streamcut_app;

-- (e) of rules.md B25: how much shorter viewers stay over the later streams.
alter table fatigue
    add watch_time int constraint ck_fatigue_watch_time check (watch_time between 0 and 100);
"""

DOWN = """
alter table fatigue drop watch_time;
drop table stream_engagement;
drop table stream_minute;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
