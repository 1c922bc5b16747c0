"""factors: with what people show a second time that it is them, and every use of it"""

from alembic import op

revision = "0036"
down_revision = "0035"

# Factors end and are never deleted, so that a use always tells of which. Challenges are cleared away by a job.
UP = """
create table totp_factor (
    id bigint generated always as identity primary key,
    person_id bigint not null references person on delete restrict,
    sealed bytea not null,                                  -- the secret, encrypted with a key that follows from ours
    last_step bigint,                                       -- of 30 seconds; no code of it or an earlier one counts
    created_at timestamptz not null,
    confirmed_at timestamptz,                               -- null: not yet shown to work
    ended_at timestamptz
);
create unique index uq_totp_factor_live on totp_factor (person_id) where confirmed_at is not null and ended_at is null;
create unique index uq_totp_factor_draft on totp_factor (person_id) where confirmed_at is null and ended_at is null;

create table passkey (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    person_id bigint not null references person on delete restrict,
    credential_id bytea not null constraint uq_passkey_credential unique,
    public_key bytea not null,
    sign_count bigint not null constraint ck_passkey_count check (sign_count >= 0),
    name text not null constraint ck_passkey_name check (name <> ''),
    created_at timestamptz not null,
    last_used_at timestamptz,
    ended_at timestamptz
);
create index ix_passkey_person on passkey (person_id);

create table passkey_challenge (
    id bigint generated always as identity primary key,
    person_id bigint not null references person on delete restrict,
    purpose text not null,                                  -- what the answer is good for; nothing else
    adds_one boolean not null,                              -- to register a passkey, not to use one
    challenge bytea not null unique,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index ix_passkey_challenge_person on passkey_challenge (person_id);

create table recovery_code (
    id bigint generated always as identity primary key,
    person_id bigint not null references person on delete restrict,
    code_hash bytea not null,                               -- keyed
    made_at timestamptz not null,
    used_at timestamptz,
    ended_at timestamptz,                                   -- new ones were made, or the factors were reset
    unique (person_id, code_hash)
);

create table factor_use (
    id bigint generated always as identity primary key,
    person_id bigint not null references person on delete restrict,
    purpose text not null constraint ck_factor_use_purpose check (purpose <> ''),
    kind text not null constraint ck_factor_use_kind check (kind in ('totp', 'passkey', 'recovery')),
    mark text not null,                                     -- the app and its step, the challenge, the recovery code
    used_at timestamptz not null,
    constraint uq_factor_use_once unique (kind, mark)
);
create index ix_factor_use_person on factor_use (person_id, purpose);

revoke update, delete on factor_use from streamcut_app;
revoke update, delete on totp_factor, passkey, recovery_code from streamcut_app;
revoke update on passkey_challenge from streamcut_app;
grant update (last_step, confirmed_at, ended_at) on totp_factor to streamcut_app;
grant update (sign_count, name, last_used_at, ended_at) on passkey to streamcut_app;
grant update (used_at, ended_at) on recovery_code to streamcut_app;
grant update (used_at) on passkey_challenge to streamcut_app;
"""

DOWN = """
drop table factor_use;
drop table recovery_code;
drop table passkey_challenge;
drop table passkey;
drop table totp_factor;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
