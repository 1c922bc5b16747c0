"""outbox: letters are rows, written in the transaction of what they tell of and sent afterwards"""

from alembic import op

revision = "0027"
down_revision = "0026"

UP = """
create table letter (
    id bigint generated always as identity primary key,
    event text not null constraint ck_letter_event check (event ~ '^[a-z_]+[.][a-z_]+$'),
    object_kind text not null,
    object_id text not null,                                -- an id or a uuid
    fact text not null default '',                          -- which time, when it can happen to the object more than once
    name text not null,                                     -- of templates/letters/<name>.txt
    address text not null,
    person_id bigint references person on delete restrict,  -- null: somebody who is only invited
    language text not null constraint ck_letter_language check (language in ('en', 'nl')),
    facts jsonb not null default '{}',                      -- what the template needs; never a secret
    written_at timestamptz not null,
    good_until timestamptz,                                 -- not sent afterwards: what it says is of no use any more
    status text not null default 'waiting' constraint ck_letter_status check (status in ('waiting', 'sending', 'sent', 'failed', 'dropped')),
    attempts int not null default 0,
    next_try_at timestamptz,                                -- of one that is being sent: when whoever sends it counts as gone
    error text,                                             -- of the last attempt
    sent_at timestamptz,
    constraint uq_letter unique (event, object_kind, object_id, fact, name, address),
    constraint ck_letter_next_try check ((status in ('waiting', 'sending')) = (next_try_at is not null)),
    constraint ck_letter_sent check ((status = 'sent') = (sent_at is not null)),
    constraint ck_letter_failed check (status <> 'failed' or error is not null),
    constraint ck_letter_attempts check (status in ('waiting', 'dropped') or attempts > 0)
);
create index ix_letter_due on letter (next_try_at, id) where status in ('waiting', 'sending');
create index ix_letter_status on letter (status, id desc);
revoke update on letter from streamcut_app;
grant update (status, attempts, next_try_at, error, sent_at) on letter to streamcut_app;

-- Whoever asks for a new password with an address nobody has gets a row too: the page must do the same for both.
alter table password_reset alter column person_id drop not null;
"""

DOWN = """
delete from password_reset where person_id is null;
alter table password_reset alter column person_id set not null;
drop table letter;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
