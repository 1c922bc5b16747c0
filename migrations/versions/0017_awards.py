"""awards: what each promise came to in each month, twice: provisionally and finally"""

from alembic import op

revision = "0017"
down_revision = "0016"

# One row per promise and month is the cause of its entries; each evaluation of it is a numbered award with its
# arithmetic, and posts target minus booked (rules.md B7). Nothing here is ever changed.
UP = """
create table bonus_month (
    id bigint generated always as identity primary key,
    brand_id int not null,
    creator_id int not null,
    contract_id int not null references contract on delete restrict,
    bonus_id int not null references bonus on delete restrict,
    month date not null constraint ck_bonus_month_month check (extract(day from month) = 1),
    currency char(3) not null,
    available_on date not null,         -- of all its entries: the day of its first evaluation
    constraint uq_bonus_month unique (bonus_id, month)
);
create index ix_bonus_month_contract on bonus_month (contract_id, month);

create table award (
    id bigint generated always as identity primary key,
    bonus_month_id bigint not null references bonus_month on delete restrict,
    stage text not null constraint ck_award_stage check (stage in ('provisional', 'final', 'above_cap')),
    target bigint not null,             -- what the month is to come to in the books
    outside bigint not null default 0 constraint ck_award_outside check (outside >= 0),     -- cut off by a cap
    working jsonb not null,             -- the arithmetic, for people
    evaluated_at timestamptz not null,
    decided_by text,                    -- who approved what is above the cap
    constraint uq_award_stage unique (bonus_month_id, stage),
    constraint ck_award_decided check ((stage = 'above_cap') = (decided_by is not null))
);
revoke update, delete on bonus_month, award from streamcut_app;
"""

DOWN = "drop table award, bonus_month;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
