"""reservations: what a brand has promised and not yet posted, and its credit line"""

from alembic import op

revision = "0013"
down_revision = "0012"

# rules.md B20: available = balance + credit line - reserved. Commissions have left the balance already; reserved is what
# accepted offers and signed contracts promise for a month: retainers, guarantees, quotas and exclusivity fees.
UP = """
create table credit_line (
    brand_id int not null references brand on delete restrict,
    currency char(3) not null,
    amount bigint not null constraint ck_credit_line_amount check (amount between 0 and 10000000000000),
    set_by bigint not null references person on delete restrict,
    set_at timestamptz not null,
    primary key (brand_id, currency)
);

-- One row per promise and month. It is released when the money is posted, or when the promise is gone.
create table reservation (
    id bigint generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    currency char(3) not null,
    kind text not null constraint ck_reservation_kind check (kind in ('offer', 'contract')),
    cause bigint not null,              -- the offer or the contract
    month date not null constraint ck_reservation_month check (extract(day from month) = 1),
    amount bigint not null constraint ck_reservation_amount check (amount > 0),
    made_at timestamptz not null,
    released_at timestamptz
);
create unique index uq_reservation_live on reservation (kind, cause, month) where released_at is null;
create index ix_reservation_brand on reservation (brand_id, currency) where released_at is null;
revoke delete on reservation from streamcut_app;

-- Since when a brand's promises have been covered, partly or not; noted every night.
create table funding_state (
    brand_id int not null references brand on delete restrict,
    currency char(3) not null,
    state text not null constraint ck_funding_state check (state in ('funded', 'partly_funded', 'unfunded')),
    since date not null,
    primary key (brand_id, currency)
);
"""

DOWN = "drop table funding_state, reservation, credit_line;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
