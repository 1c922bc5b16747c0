"""plans: what a plan may come to at worst and at best, and back-tests that somebody asked for"""

from alembic import op

revision = "0062"
down_revision = "0061"

UP = """
-- What a plan brings in four of five cases, and the chance that it loses money. Older plans have no such figures.
alter table plan
    add low bigint,
    add high bigint,
    add loss double precision constraint ck_plan_loss check (loss between 0 and 1),
    add constraint ck_plan_range check (low <= high and num_nulls(low, high, loss) in (0, 3));

-- A back-test that somebody asked for on its page: the job answers it with a back-test, or says why there is none.
create table backtest_request (
    id int generated always as identity primary key,
    cut_on date not null,
    until_on date not null,
    every smallint not null,            -- months from one cut to the next
    tried jsonb,                        -- settings to try beside those in force
    asked_by_name text not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    backtest_id int references backtest on delete restrict,
    refusal text not null default '',
    constraint ck_backtest_request_months check (cut_on < until_on and every between 1 and 12),
    constraint ck_backtest_request_answered check (case when answered_at is null
        then backtest_id is null and refusal = '' else (backtest_id is null) <> (refusal = '') end)
);
create index ix_backtest_request_waiting on backtest_request (id) where answered_at is null;
revoke update, delete on backtest_request from streamcut_app;
grant update (answered_at, backtest_id, refusal) on backtest_request to streamcut_app;
"""

DOWN = """
drop table backtest_request;
alter table plan drop low, drop high, drop loss;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
