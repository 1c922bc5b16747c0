"""ledger: the books"""

from alembic import op

revision = "0004"
down_revision = "0003"

# settlement.md section 8. An entry balances because it is one row: one debit, one credit, one positive amount.
# No foreign keys here: two of them cost a factor of two to three; check-books finds orphans.
UP = """
create table entry (
    brand_id int not null,
    id bigint generated always as identity,
    debit text not null,
    credit text not null,
    creator_id int,
    amount bigint not null constraint ck_entry_amount check (amount > 0),
    currency char(3) not null,
    kind text not null,
    cause bigint not null,      -- the sale, award, payout or top-up it stands for, by kind
    seq int not null,           -- 1, 2, 3 ... for the same cause
    available_on date,          -- where it concerns a creator: payable from 00:00 UTC of this day
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (brand_id, id),
    constraint uq_entry_cause unique (brand_id, cause, kind, seq),   -- cause first: entries of one sale lie together
    constraint ck_entry_accounts check ((kind, debit, credit) in (
        ('commission', 'brand_funds', 'creator'), ('commission', 'creator', 'brand_funds'),
        ('fee', 'brand_funds', 'platform_revenue'), ('fee', 'platform_revenue', 'brand_funds'),
        ('bonus', 'brand_funds', 'creator'), ('bonus', 'creator', 'brand_funds'),
        ('reserve', 'creator', 'payouts_in_transit'), ('settle', 'payouts_in_transit', 'bank'),
        ('release', 'payouts_in_transit', 'creator'), ('return', 'bank', 'creator'),
        ('top_up', 'bank', 'brand_funds'), ('take', 'platform_revenue', 'bank'))),
    constraint ck_entry_creator check ((kind in ('fee', 'top_up', 'take')) = (creator_id is null)),
    constraint ck_entry_available check ((creator_id is null) = (available_on is null))
);
create index ix_entry_creator on entry (brand_id, creator_id, available_on) where creator_id is not null;
revoke update, delete on entry from streamcut_app;

-- One row per account and day; written as one delta per batch, in the transaction of the entries.
-- creator_id 0 and the day 0001-01-01 stand for "none": a key has no holes.
create table balance (
    brand_id int not null,
    account text not null,
    creator_id int not null,
    currency char(3) not null,
    available_on date not null,
    amount bigint not null,     -- credits - debits
    primary key (brand_id, account, creator_id, currency, available_on)
);
revoke delete on balance from streamcut_app;

-- What is really there: top-ups less fees less what payouts have taken. Commissions only move money between the two.
create view brand_cash as
select brand_id, currency, sum(amount)::bigint as amount
from balance where account in ('brand_funds', 'creator') group by brand_id, currency;

create table top_up (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    amount bigint not null check (amount > 0),
    currency char(3) not null,
    received_on date not null,
    reference text not null,
    status text not null default 'recorded' check (status in ('recorded', 'approved', 'rejected')),
    made_by bigint not null references person,
    made_at timestamptz not null,
    decided_by bigint references person,
    decided_at timestamptz,
    note text,                  -- why it was rejected
    constraint ck_top_up_decided check ((status = 'recorded') = (decided_by is null)
        and (decided_by is null) = (decided_at is null)),
    constraint ck_top_up_four_eyes check (decided_by <> made_by)
);
create unique index uq_top_up_reference on top_up (brand_id, reference) where status <> 'rejected';
"""

DOWN = "drop view brand_cash; drop table top_up, balance, entry;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
