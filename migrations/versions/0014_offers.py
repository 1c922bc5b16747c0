"""offers: rounds of terms, what was agreed and signed, and how a contract is paused and ends"""

from alembic import op

revision = "0014"
down_revision = "0013"

# rules.md B15 to B17. Every round of an offer is a whole version of the terms; at most one is open, at most one is ever
# accepted. What was accepted is frozen as an agreement with its text and hash; two signatures make it a contract, or an
# amendment of one.
UP = """
alter table contract
    add column signed_at timestamptz,               -- null: it came in a file
    add column notice_brand_days smallint not null default 30 check (notice_brand_days between 0 and 365),
    add column notice_creator_days smallint not null default 14 check (notice_creator_days between 0 and 365);

create table offer (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    contract_id int references contract on delete restrict,     -- the one it amends; null: it is to make one
    title text not null,
    locked_fields text[] not null default '{}',     -- which the creator can't change
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null
);
create index ix_offer_brand on offer (brand_id, id desc);
create index ix_offer_creator on offer (creator_id, id desc);

create table offer_round (
    id bigint generated always as identity primary key,
    offer_id bigint not null references offer on delete restrict,
    nr smallint not null constraint ck_offer_round_nr check (nr between 1 and 10),
    side text not null constraint ck_offer_round_side check (side in ('brand', 'creator')),
    terms jsonb not null,
    message text not null default '',
    status text not null default 'draft' constraint ck_offer_round_status check (status in ('draft', 'sent', 'viewed',
        'countered', 'accepted', 'declined', 'expired', 'withdrawn', 'superseded')),
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    sent_at timestamptz,
    expires_at timestamptz,
    reminded_at timestamptz,
    viewed_at timestamptz,
    closed_by bigint references person on delete restrict,      -- null: time did it
    closed_at timestamptz,
    reason text,                                    -- why it was declined or withdrawn
    constraint uq_offer_round_nr unique (offer_id, nr),
    constraint ck_offer_round_sent check ((sent_at is null) = (expires_at is null)
        and (status not in ('sent', 'viewed', 'countered', 'accepted', 'declined', 'expired') or sent_at is not null)),
    constraint ck_offer_round_viewed check (status <> 'viewed' or viewed_at is not null),
    constraint ck_offer_round_closed check ((status in ('draft', 'sent', 'viewed')) = (closed_at is null))
);
create unique index uq_offer_round_open on offer_round (offer_id) where status in ('draft', 'sent', 'viewed');
create unique index uq_offer_round_accepted on offer_round (offer_id) where status = 'accepted';
create index ix_offer_round_expires on offer_round (expires_at) where status in ('sent', 'viewed');
revoke delete on offer, offer_round from streamcut_app;

create table offer_template (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    name text not null,
    terms jsonb not null,
    locked_fields text[] not null default '{}',
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    constraint uq_offer_template_name unique (brand_id, name)
);

-- Frozen terms. Only the status, and the contract they made, are ever written afterwards.
create table agreement (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    creator_id int not null references creator on delete restrict,
    contract_id int references contract on delete restrict,     -- null until a new contract is signed by both
    offer_round_id bigint unique references offer_round on delete restrict,    -- null: by notice alone (B16)
    kind text not null constraint ck_agreement_kind check (kind in ('contract', 'amendment')),
    terms jsonb not null,
    body text not null,
    language text not null constraint ck_agreement_language check (language in ('en', 'nl')),
    sha256 bytea not null,
    status text not null default 'to_sign' constraint ck_agreement_status check (status in ('to_sign', 'signed', 'void')),
    made_at timestamptz not null,
    signed_at timestamptz,
    voided_at timestamptz,
    void_reason text,
    constraint ck_agreement_signed check ((status = 'signed') = (signed_at is not null)
        and (status <> 'signed' or contract_id is not null)),
    constraint ck_agreement_void check ((status = 'void') = (voided_at is not null)),
    constraint ck_agreement_amends check (kind <> 'amendment' or contract_id is not null)
);
create index ix_agreement_contract on agreement (contract_id);
create index ix_agreement_pair on agreement (brand_id, creator_id);
revoke update, delete on agreement from streamcut_app;
grant update (contract_id, status, signed_at, voided_at, void_reason) on agreement to streamcut_app;

create table signature (
    id bigint generated always as identity primary key,
    agreement_id bigint not null references agreement on delete restrict,
    side text not null constraint ck_signature_side check (side in ('brand', 'creator')),
    person_id bigint not null references person on delete restrict,
    name text not null,                 -- as typed
    signed_at timestamptz not null,
    address text not null,
    browser text not null,
    sha256 bytea not null,              -- of what was signed
    constraint uq_signature_side unique (agreement_id, side)
);
revoke update, delete on signature from streamcut_app;

-- A one-time code that was mailed to who wants to sign.
create table signing_code (
    id bigint generated always as identity primary key,
    agreement_id bigint not null references agreement on delete restrict,
    person_id bigint not null references person on delete restrict,
    code_hash text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    tries smallint not null default 0,
    used_at timestamptz
);
create index ix_signing_code_agreement on signing_code (agreement_id, person_id);

-- A contract that ends before its time (B16). `last_day` is a day of the contract's zone.
create table ending (
    id bigint generated always as identity primary key,
    contract_id int not null unique references contract on delete restrict,
    kind text not null constraint ck_ending_kind check (kind in ('notice', 'cause')),
    side text not null constraint ck_ending_side check (side in ('brand', 'creator')),
    cause text constraint ck_ending_cause check (cause in ('fraud', 'breach_not_cured', 'legal_duty')),
    reason text not null,
    last_day date not null,
    given_by bigint not null references person on delete restrict,
    given_at timestamptz not null,
    constraint ck_ending_for_cause check ((kind = 'cause') = (cause is not null))
);
revoke update, delete on ending from streamcut_app;

-- Days on which a contract rests: proposed by one side, counting once the other agrees.
create table pause (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    contract_id int not null references contract on delete restrict,
    first_on date not null,
    last_on date not null constraint ck_pause_days check (last_on >= first_on),
    reason text not null,
    side text not null constraint ck_pause_side check (side in ('brand', 'creator')),
    asked_by bigint not null references person on delete restrict,
    asked_at timestamptz not null,
    status text not null default 'asked' constraint ck_pause_status check (status in ('asked', 'agreed', 'refused')),
    answered_by bigint references person on delete restrict,
    answered_at timestamptz,
    constraint ck_pause_answered check ((status = 'asked') = (answered_at is null)
        and (answered_by is null) = (answered_at is null)),
    constraint ex_pause_days exclude using gist (contract_id with =, daterange(first_on, last_on, '[]') with &&)
        where (status = 'agreed')
);
revoke delete on pause from streamcut_app;
"""

DOWN = """
drop table pause, ending, signing_code, signature, agreement, offer_template, offer_round, offer;
alter table contract drop column signed_at, drop column notice_brand_days, drop column notice_creator_days;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
