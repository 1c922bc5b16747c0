"""plans: what a budget could buy, and how well scores have ranked what came"""

from alembic import op

revision = "0025"
down_revision = "0024"

UP = """
create table plan (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    campaign_id int not null references campaign on delete restrict,
    wishes jsonb not null,              -- budget, markets with their limits, most creators, appetite, margin
    method text not null constraint ck_plan_method check (method in ('exact', 'greedy')),
    gap double precision,               -- how far from the best it may be, relative; null: not known
    seconds double precision not null,
    expected bigint not null,           -- net contribution, minor units of the campaign's currency
    cost bigint not null,
    choices jsonb not null,             -- whom it takes, with hours, cost and what is expected of each
    others jsonb not null,              -- the next best, and what each lacked
    considered int not null,            -- creators who were looked at
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    drafted_at timestamptz              -- when its offers were written
);
create index ix_plan_campaign on plan (campaign_id, id desc);

create table backtest (
    id int generated always as identity primary key,
    cut_on date not null,               -- what was known before it ranked what came from it on
    until_on date not null,
    queries int not null,
    figures jsonb not null,             -- NDCG@10 by method, calibration by decile
    seconds double precision not null,
    by_name text not null,
    made_at timestamptz not null
);
revoke update, delete on backtest from streamcut_app;
"""

DOWN = "drop table backtest, plan;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
