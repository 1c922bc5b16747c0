"""promises: the monthly money of a contract, its conditions, and effort that was claimed and reviewed"""

from alembic import op

revision = "0016"
down_revision = "0015"

# rules.md B7 to B9. A promise is in force from `first_on` to `last_on`, days of the contract's own zone; an amendment
# ends it and writes another. Rows of a signed contract are never changed but for `last_on`.
UP = """
alter table contract
    add column evaluation_day smallint not null default 5 check (evaluation_day between 1 and 28),
    add column cap_month bigint check (cap_month >= 0),             -- of all bonuses; above it is outside the terms
    add column cap_contract bigint check (cap_contract >= 0),
    add column stream_minutes smallint not null default 60 check (stream_minutes between 30 and 600),   -- a valid one
    add column day_minutes smallint not null default 240 check (day_minutes between 30 and 1440),       -- that count
    add column month_minutes int check (month_minutes > 0);

create table bonus (
    id int generated always as identity primary key,
    contract_id int not null references contract on delete restrict,
    brand_id int not null,
    creator_id int not null,
    kind text not null constraint ck_bonus_kind check (kind in ('retainer', 'guarantee', 'threshold', 'quota',
        'exclusivity_fee')),
    currency char(3) not null,
    amount bigint not null default 0 constraint ck_bonus_amount check (amount between 0 and 10000000000000), -- a month
    mode text not null default 'scaled' constraint ck_bonus_mode check (mode in ('scaled', 'all_or_nothing')),
    counts_retainer boolean not null default false,     -- a guarantee: whether retainers count towards it
    measure text constraint ck_bonus_measure check (measure in ('net_sales', 'orders', 'valid_minutes',
        'new_customers')),
    period text constraint ck_bonus_period check (period in ('month', 'contract')),
    tiering text constraint ck_bonus_tiering check (tiering in ('marginal', 'whole_period', 'next_sale', 'fixed')),
    sticky boolean not null default false,              -- a reached tier is kept in the months that follow
    first_on date not null,
    last_on date not null constraint ck_bonus_days check (last_on >= first_on),
    recorded_at timestamptz not null,
    constraint fk_bonus_pair foreign key (contract_id, brand_id, creator_id)
        references contract (id, brand_id, creator_id) on delete restrict,
    constraint ck_bonus_threshold check ((kind = 'threshold') = (measure is not null)
        and (measure is null) = (period is null) and (measure is null) = (tiering is null)),
    constraint ck_bonus_promises check (kind = 'threshold' or amount > 0)
);
create index ix_bonus_contract on bonus (contract_id);
create index ix_bonus_days on bonus (first_on, last_on);

create table bonus_step (
    bonus_id int not null references bonus on delete restrict,
    nr smallint not null,
    from_value bigint not null check (from_value > 0),  -- minor units, orders, minutes or customers
    rate_bps int check (rate_bps between 0 and 10000),
    amount bigint check (amount > 0),
    primary key (bonus_id, nr),
    constraint uq_bonus_step_from unique (bonus_id, from_value),
    constraint ck_bonus_step_pays check (num_nonnulls(rate_bps, amount) = 1)
);

create table bonus_condition (
    bonus_id int not null references bonus on delete restrict,
    what text not null constraint ck_bonus_condition_what check (what in ('valid_minutes', 'valid_streams', 'posts',
        'no_open_breach', 'refund_rate_below')),
    required bigint not null check (required >= 0),     -- minutes, streams, posts; basis points; 0 where it says nothing
    primary key (bonus_id, what)
);
revoke update on bonus, bonus_step, bonus_condition from streamcut_app;  -- deleted: a line that will never begin
grant update (last_on) on bonus to streamcut_app;

-- Effort that no stream's record shows: minutes or posts, claimed by the creator and reviewed by the brand (B8).
create table effort (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    contract_id int not null references contract on delete restrict,
    what text not null constraint ck_effort_what check (what in ('valid_minutes', 'posts')),
    done_on date not null,
    quantity int not null constraint ck_effort_quantity check (quantity between 1 and 1440),
    proof text not null,                -- a link, or in words
    status text not null default 'claimed' constraint ck_effort_status check (status in ('claimed', 'counted', 'refused')),
    claimed_by bigint not null references person on delete restrict,
    claimed_at timestamptz not null,
    reviewed_by bigint references person on delete restrict,
    reviewed_at timestamptz,
    note text,
    constraint ck_effort_reviewed check ((status = 'claimed') = (reviewed_at is null)
        and (reviewed_by is null) = (reviewed_at is null)),
    constraint ck_effort_four_eyes check (reviewed_by <> claimed_by)
);
create index ix_effort_contract on effort (contract_id, done_on);
revoke delete on effort from streamcut_app;
"""

DOWN = """
drop table effort, bonus_condition, bonus_step, bonus;
alter table contract drop column evaluation_day, drop column cap_month, drop column cap_contract,
    drop column stream_minutes, drop column day_minutes, drop column month_minutes;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
