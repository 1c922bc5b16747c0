"""tracking: who touched what"""

from alembic import op

revision = "0007"
down_revision = "0006"

UP = """
create table touch (
    brand_id int not null,
    id bigint generated always as identity,
    ref text collate "C" not null,
    visitor bytea not null,             -- keyed hash of brand and visitor; equality is all there is
    creator_id int not null,
    stream_id bigint,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    import_id int not null,
    primary key (brand_id, id),
    constraint uq_touch_ref unique (brand_id, ref)
);
create index ix_touch_visitor on touch (brand_id, visitor, occurred_at desc, ref);
revoke update, delete on touch from streamcut_app;
"""

DOWN = "drop table touch;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
