"""payouts: bank details, batches, and which entries each payout pays"""

from alembic import op

revision = "0009"
down_revision = "0008"

UP = """
-- Whom to pay: versions, the newest counts; what a batch pays to is frozen on its payouts.
create table bank_detail (
    id bigint generated always as identity primary key,
    creator_id int references creator on delete restrict,   -- null: the platform's own account
    holder text not null,
    iban text not null,
    recorded_at timestamptz not null,
    recorded_by bigint not null references person
);
create index ix_bank_detail_creator on bank_detail (creator_id, id desc);
revoke update, delete on bank_detail from streamcut_app;

create table payout_hold (
    id bigint generated always as identity primary key,
    creator_id int not null references creator on delete restrict,
    reason text not null,
    placed_by bigint not null references person,
    placed_at timestamptz not null,
    released_by bigint references person,
    released_at timestamptz,
    constraint ck_payout_hold_released check ((released_by is null) = (released_at is null))
);
create unique index uq_payout_hold_live on payout_hold (creator_id) where released_at is null;

create table payout_batch (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    currency char(3) not null,
    cutoff_on date not null,            -- entries available on this day or before
    minimum bigint not null,
    status text not null default 'draft'
        check (status in ('draft', 'submitted', 'approved', 'completed', 'cancelled')),
    made_by bigint references person,   -- null: the timetable made it
    made_at timestamptz not null,
    submitted_by bigint references person,
    submitted_at timestamptz,
    approved_by bigint references person,
    approved_at timestamptz,
    fingerprint bytea,                  -- of every line and IBAN, frozen at submission
    execute_on date,
    note text,                          -- why it came back to draft, or was cancelled
    constraint ck_payout_batch_submitted check ((submitted_by is null) = (submitted_at is null)
        and (submitted_by is null) = (fingerprint is null)
        and (status in ('submitted', 'approved', 'completed')) <= (submitted_by is not null)),
    constraint ck_payout_batch_approved check ((approved_by is null) = (approved_at is null)
        and (status in ('approved', 'completed')) = (approved_by is not null)),
    constraint ck_payout_batch_four_eyes check (approved_by <> submitted_by and approved_by <> made_by)
);

create table payout (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    batch_id bigint not null references payout_batch on delete restrict,
    creator_id int not null references creator on delete restrict,
    currency char(3) not null,
    amount bigint not null check (amount > 0),
    status text not null default 'reserved'
        check (status in ('reserved', 'sent', 'paid', 'failed', 'returned', 'dropped')),
    status_at timestamptz not null,
    rail text check (rail in ('sepa', 'list')),
    reference text unique,              -- EndToEndId, set at submission
    holder text,
    iban text,
    reason text,
    constraint uq_payout_creator unique (batch_id, creator_id, currency),
    constraint ck_payout_frozen check (status in ('reserved', 'dropped')
        or (holder is not null and iban is not null and reference is not null and rail is not null))
);
create index ix_payout_creator on payout (creator_id, id desc);

-- The bytes that go to the bank: made once, at approval; nobody can change them.
create table payout_file (
    batch_id bigint not null references payout_batch on delete restrict,
    rail text not null check (rail in ('sepa', 'list')),
    name text not null,
    content bytea not null,
    primary key (batch_id, rail)
);
revoke update, delete on payout_file from streamcut_app;

-- Which entries a payout pays. An entry is in one live payout at most; a released one may be paid again.
create table payout_line (
    brand_id int not null,
    entry_id bigint not null,
    payout_id bigint not null,
    released_at timestamptz
);
create unique index uq_payout_line_live on payout_line (brand_id, entry_id) where released_at is null;
create index ix_payout_line_payout on payout_line (payout_id);
revoke delete on payout_line from streamcut_app;

-- Who was passed over in a batch, and why; by brand where the reason is the brand's.
create table payout_skip (
    id bigint generated always as identity primary key,
    batch_id bigint not null references payout_batch on delete cascade,
    creator_id int not null references creator on delete restrict,
    brand_id int references brand on delete restrict,
    amount bigint not null,
    reason text not null check (reason in ('below_minimum', 'negative', 'no_bank_details', 'bank_details_changed',
        'held', 'brand_unfunded'))
);
create index ix_payout_skip_batch on payout_skip (batch_id);
"""

DOWN = "drop table payout_skip, payout_line, payout_file, payout, payout_batch, payout_hold, bank_detail;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
