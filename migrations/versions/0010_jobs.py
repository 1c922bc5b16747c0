"""jobs: one row per job and period, so that none runs twice or is lost; who is at work; whether this is a demo"""

from alembic import op

revision = "0010"
down_revision = "0009"

UP = """
create table job_run (
    job text not null,
    period text not null,               -- the period it is for, e.g. 2026-11 or 2026-11-22
    due_at timestamptz not null,
    status text not null default 'due' check (status in ('due', 'running', 'done', 'failed')),
    attempts int not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    result text,
    asked_by text,                      -- who pressed "run now"; null: the timetable
    primary key (job, period)
);
create index ix_job_run_due on job_run (due_at) where status in ('due', 'running');

create table heartbeat (
    name text primary key,              -- worker or scheduler, with host and pid
    kind text not null,
    at timestamptz not null,
    detail text not null
);

-- Work that failed and will be tried again; the log has the same id.
create table mishap (
    id text primary key,
    at timestamptz not null,
    by_name text not null,              -- the heartbeat's name
    work text not null,
    sentence text not null
);
create index ix_mishap_at on mishap (at);

-- One row: whether everything in here was made up. The application can't turn a real market into a demo.
create table market (
    only_one boolean primary key default true check (only_one),
    demo boolean not null default false,
    demo_made_at timestamptz,           -- null in a demo: it was killed while it was being made
    constraint ck_market_demo check (demo or demo_made_at is null)
);
insert into market default values;
revoke insert, update, delete on market from streamcut_app;
"""

DOWN = "drop table market, mishap, heartbeat, job_run;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
