"""reports: the bank's files are read back, kept and reconciled with what was sent"""

from alembic import op

revision = "0038"
down_revision = "0037"

UP = """
-- The hash is the database's own, so that it is of the bytes that are kept; the number is what the bank's reports name.
alter table payout_file
    add digest bytea not null generated always as (sha256(content)) stored,
    add number text;
update payout_file set number = substring(convert_from(content, 'UTF8') from '<MsgId>([^<]+)</MsgId>') where rail = 'sepa';
create index ix_payout_file_number on payout_file (number) where number is not null;

create index ix_payout_sent on payout (batch_id) where status = 'sent';

-- A file of the bank, kept byte for byte. Nothing of it counts before somebody has looked at it and taken it over.
create table bank_report (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    kind text not null constraint ck_bank_report_kind check (kind in ('pain_002', 'camt_053', 'camt_054')),
    version text not null,              -- as its namespace says: camt.053.001.08
    message text not null,              -- its own number
    name text not null,                 -- of the file
    content bytea not null,
    digest bytea not null generated always as (sha256(content)) stored,
    status text not null default 'unchecked'
        constraint ck_bank_report_status check (status in ('unchecked', 'taken_over', 'put_aside')),
    read_by bigint not null references person on delete restrict,
    read_at timestamptz not null,
    decided_by bigint references person on delete restrict,
    decided_at timestamptz,
    note text,                          -- why it was put aside
    constraint ck_bank_report_decided check ((status = 'unchecked') = (decided_by is null)
        and (decided_by is null) = (decided_at is null) and (status <> 'put_aside' or note is not null))
);
create unique index uq_bank_report_digest on bank_report (digest);
revoke update, delete on bank_report from streamcut_app;
grant update (status, decided_by, decided_at, note) on bank_report to streamcut_app;

-- What it says. Only what became of a line is written later.
create table bank_report_line (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    report_id bigint not null references bank_report on delete restrict,
    seq int not null,
    level text not null constraint ck_bank_report_line_level
        check (level in ('whole_file', 'payment_group', 'one_payment', 'booking')),
    account text not null,
    message text not null,              -- of our file
    payment_group text not null,        -- of our file
    reference text not null,
    status text not null,               -- the bank's code, also one that nobody knows
    reason text not null,
    remark text not null,
    amount bigint check (amount >= 0),
    currency text not null,
    incoming boolean,
    is_return boolean not null,
    payments bigint,                    -- how many were booked as one sum
    booked_on date,
    value_on date,
    name text not null,
    iban text not null,
    remittance text not null,
    bank_reference text not null,
    key bytea not null,                 -- the same booking in another file has the same
    outcome text constraint ck_bank_report_line_outcome check (outcome in ('marks_paid', 'marks_failed',
        'marks_returned', 'tops_up', 'topped_up', 'says_only', 'known_already', 'unmatched')),
    batch_id bigint references payout_batch on delete restrict,
    top_up_id bigint references top_up on delete restrict,
    settled_by bigint references person on delete restrict,     -- who dealt with an unmatched one, and how
    settled_at timestamptz,
    note text,
    constraint uq_bank_report_line_seq unique (report_id, seq),
    constraint ck_bank_report_line_settled check ((settled_by is null) = (settled_at is null)
        and (settled_by is null) = (note is null))
);
create unique index uq_bank_report_line_top_up on bank_report_line (key) where top_up_id is not null;
create index ix_bank_report_line_key on bank_report_line (key) where level = 'booking';
create index ix_bank_report_line_reference on bank_report_line (reference) where reference <> '';
create index ix_bank_report_line_unmatched on bank_report_line (id) where outcome = 'unmatched' and settled_at is null;
revoke update, delete on bank_report_line from streamcut_app;
grant update (outcome, batch_id, top_up_id, settled_by, settled_at, note) on bank_report_line to streamcut_app;

-- Which payouts a line that was taken over speaks of, and what it says became of them.
create table bank_report_payout (
    line_id bigint not null references bank_report_line on delete restrict,
    payout_id bigint not null references payout on delete restrict,
    says text not null constraint ck_bank_report_payout_says check (says in ('paid', 'failed', 'returned')),
    primary key (line_id, payout_id)
);
create index ix_bank_report_payout_payout on bank_report_payout (payout_id);
revoke update, delete on bank_report_payout from streamcut_app;

-- A batch and rail is closed at difference zero, or with a note that somebody stands for.
create table batch_closing (
    id bigint generated always as identity primary key,
    batch_id bigint not null references payout_batch on delete restrict,
    rail text not null constraint ck_batch_closing_rail check (rail in ('sepa', 'list')),
    sent bigint not null,               -- what we said
    booked bigint not null,             -- what the bank says
    difference bigint not null,         -- paid by our books less what the bank booked and did not send back
    mismatches int not null,            -- payouts of which both say something else
    note text,
    closed_by bigint not null references person on delete restrict,
    closed_at timestamptz not null,
    constraint uq_batch_closing_batch unique (batch_id, rail),
    constraint ck_batch_closing_note check ((difference = 0 and mismatches = 0) or note is not null)
);
revoke update, delete on batch_closing from streamcut_app;

create function payout_closed() returns trigger language plpgsql as $$
begin
    if exists (select from batch_closing c where c.batch_id = old.batch_id and c.rail = old.rail) then
        raise exception 'payout % stands in a batch that is closed', old.id using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger payout_closed before update of status on payout for each row
    when (old.status is distinct from new.status and not (old.status = 'paid' and new.status = 'returned'))
    execute function payout_closed();

-- How long a brand's funds have not covered what the next run pays: one row for each shortage.
create table shortage (
    id bigint generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    currency char(3) not null,
    amount bigint not null check (amount > 0),
    run_on date not null,
    since timestamptz not null,
    ended_at timestamptz
);
create unique index uq_shortage_open on shortage (brand_id, currency) where ended_at is null;
revoke delete on shortage from streamcut_app;
"""

DOWN = """
drop table shortage;
drop trigger payout_closed on payout;
drop function payout_closed();
drop table batch_closing, bank_report_payout, bank_report_line, bank_report;
alter table payout_file drop column digest, drop column number;
drop index ix_payout_sent;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
