"""people: who signs in, brands, creators, and who may act for whom"""

from alembic import op

revision = "0001"
down_revision = None

UP = """
create extension if not exists btree_gist;

-- The application works as this role: no ownership, and only SELECT and INSERT on what must never change.
do $$ begin
    create role streamcut_app nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
    execute format('grant streamcut_app to %I', current_user);
    execute format('grant temporary on database %I to streamcut_app', current_database());
end $$;
grant usage on schema public to streamcut_app;
alter default privileges in schema public grant select, insert, update, delete on tables to streamcut_app;
grant select on alembic_version to streamcut_app;

create table person (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    email text not null check (email = lower(email)),
    name text not null,
    password_hash text not null,
    language text not null default 'en' check (language in ('en', 'nl')),
    timezone text not null default 'Europe/Amsterdam',
    created_at timestamptz not null,
    disabled_at timestamptz
);
create unique index uq_person_email on person (email);

create table brand (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    handle text collate "C" not null unique,
    name text not null,
    country char(2) not null,
    currency char(3) not null,
    timezone text not null,
    recorded_at timestamptz not null,
    import_id int
);

-- The platform's fee is a version in time: a sale is charged the fee that was valid at the sale.
create table brand_fee (
    id int generated always as identity primary key,
    brand_id int not null references brand on delete restrict,
    valid tstzrange not null check (not isempty(valid)),
    fee_bps int not null check (fee_bps between 0 and 10000),
    constraint ex_brand_fee_valid exclude using gist (brand_id with =, valid with &&)
);

create table creator (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    handle text collate "C" not null unique,
    name text not null,
    country char(2) not null,
    languages text[] not null,
    timezone text not null,
    recorded_at timestamptz not null,
    import_id int
);

create table membership (
    id bigint generated always as identity primary key,
    person_id bigint not null references person on delete restrict,
    role text not null check (role in ('brand_owner', 'brand_member', 'brand_finance', 'creator', 'agent',
        'finance_maker', 'finance_checker', 'admin', 'auditor')),
    brand_id int references brand on delete restrict,
    creator_id int references creator on delete restrict,
    granted_at timestamptz not null,
    granted_by bigint references person,
    ended_at timestamptz,
    constraint ck_membership_brand check ((role like 'brand\\_%') = (brand_id is not null)),
    constraint ck_membership_creator check ((role in ('creator', 'agent')) = (creator_id is not null))
);
create unique index uq_membership_live on membership (person_id, role, brand_id, creator_id)
    nulls not distinct where ended_at is null;
-- A creator is one person; whoever else acts for them is an agent.
create unique index uq_membership_claim on membership (creator_id) where role = 'creator' and ended_at is null;

-- What people did that is not money (the books keep that): append-only.
create table audit_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    by_id bigint references person,
    by_name text not null,
    action text not null,
    object_kind text not null,
    object_id bigint,
    detail jsonb not null default '{}'
);
create index ix_audit_event_object on audit_event (object_kind, object_id, at);
revoke update, delete on audit_event from streamcut_app;

-- A browser in which somebody is signed in. The cookie has the token and this table its hash: who reads the table can't
-- sign in with it.
create table user_session (
    id uuid primary key default gen_random_uuid(),
    token_hash bytea not null unique,
    person_id bigint not null references person on delete restrict,
    opened_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > opened_at),
    revoked_at timestamptz,
    address text not null,
    browser text not null
);
create index ix_user_session_person on user_session (person_id, opened_at);

-- Tries that count against a limit, e.g. of failed sign-ins per e-mail: a sliding window per key.
create table attempt (
    id bigint generated always as identity primary key,
    key text not null,
    at timestamptz not null
);
create index ix_attempt_key on attempt (key, at);

-- Single-use links. What is mailed is the id with a signature; these rows say whether it still opens anything.
create table password_reset (
    id uuid primary key default gen_random_uuid(),
    person_id bigint not null references person on delete restrict,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index ix_password_reset_person on password_reset (person_id);

create table invitation (
    id uuid primary key default gen_random_uuid(),
    email text not null check (email = lower(email)),
    role text not null check (role in ('brand_owner', 'brand_member', 'brand_finance', 'creator', 'agent',
        'finance_maker', 'finance_checker', 'admin', 'auditor')),
    brand_id int references brand on delete restrict,
    creator_id int references creator on delete restrict,
    invited_at timestamptz not null,
    invited_by bigint references person on delete restrict,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by bigint references person on delete restrict,
    revoked_at timestamptz,
    constraint ck_invitation_brand check ((role like 'brand\\_%') = (brand_id is not null)),
    constraint ck_invitation_creator check ((role in ('creator', 'agent')) = (creator_id is not null)),
    constraint ck_invitation_accepted check ((accepted_at is null) = (accepted_by is null)),
    constraint ck_invitation_closed check (accepted_at is null or revoked_at is null)
);
-- Asking somebody twice renews the invitation that is open.
create unique index uq_invitation_open on invitation (email, role, brand_id, creator_id)
    nulls not distinct where accepted_at is null and revoked_at is null;
"""

DOWN = """
drop table invitation, password_reset, attempt, user_session, audit_event, membership, creator, brand_fee, brand, person;
alter default privileges in schema public revoke select, insert, update, delete on tables from streamcut_app;
revoke usage on schema public from streamcut_app;
revoke select on alembic_version from streamcut_app;
drop extension btree_gist;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
