"""inbox: what other systems tell us by webhook, kept before anything is done with it"""

from alembic import op

revision = "0042"
down_revision = "0041"

# An event is a row once, however often it is delivered. What was handled stays handled: its effect is not undone by
# taking the mark away. Its body is kept apart, never changes, and may go when nobody needs it any more.
UP = """
create table webhook_event (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    source text not null,                                   -- a name of app/integrations/sources.py
    event_id text not null constraint ck_webhook_event_event_id check (length(event_id) between 1 and 255),
    type text not null,                                     -- in the source's words: payout.paid
    happened_at timestamptz not null,                       -- the event's own time
    livemode boolean not null,
    received_at timestamptz not null,
    status text not null default 'waiting'
        constraint ck_webhook_event_status check (status in ('waiting', 'stuck', 'handled', 'ignored')),
    attempts int not null default 0,
    next_try_at timestamptz,
    error text,                                             -- of the last try
    ignored_as text constraint ck_webhook_event_ignored_as check (ignored_as in ('unknown_type', 'overtaken', 'by_person')),
    note text,                                              -- why somebody ignored it
    settled_at timestamptz,                                 -- when it was handled or ignored
    constraint uq_webhook_event_source unique (source, event_id),
    constraint ck_webhook_event_next_try check ((status = 'waiting') = (next_try_at is not null)),
    constraint ck_webhook_event_settled check ((status in ('handled', 'ignored')) = (settled_at is not null)),
    constraint ck_webhook_event_ignored check ((status = 'ignored') = (ignored_as is not null)),
    constraint ck_webhook_event_note check ((ignored_as is not distinct from 'by_person') = (note is not null))
);
create index ix_webhook_event_waiting on webhook_event (next_try_at, id) where status = 'waiting';
create index ix_webhook_event_stuck on webhook_event (id) where status = 'stuck';
create index ix_webhook_event_received on webhook_event (received_at desc, id desc);

create table webhook_body (
    event_id bigint primary key references webhook_event on delete restrict,
    headers jsonb not null,
    body bytea not null                                     -- byte for byte, as it was signed
);

create table webhook_latest (                               -- the newest that was applied, of each object of a source
    source text not null,
    object_id text not null,
    happened_at timestamptz not null,
    event_id bigint not null references webhook_event on delete restrict,
    primary key (source, object_id)
);

create table webhook_refusal (                              -- how many deliveries were refused, and why
    source text not null,
    day date not null,                                      -- in UTC
    reason text not null constraint ck_webhook_refusal_reason check (reason in ('signature', 'time', 'mode', 'content')),
    count bigint not null,
    last_at timestamptz not null,
    primary key (source, day, reason)
);

create function webhook_event_done() returns trigger language plpgsql as $$
begin
    raise exception 'what was handled stays handled: event %', old.id using errcode = 'check_violation';
end $$;
create trigger webhook_event_done before update on webhook_event for each row when (old.status = 'handled')
    execute function webhook_event_done();

create function webhook_body_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and exists (select from webhook_event e where e.id = old.event_id
            and e.status in ('handled', 'ignored') and e.received_at < now() - interval '90 days') then
        return old;
    end if;
    raise exception 'the body of event % never changes, and stays for 90 days and until it is handled', old.event_id
        using errcode = 'check_violation';
end $$;
create trigger webhook_body_stays before update or delete on webhook_body for each row
    execute function webhook_body_stays();

revoke update, delete on webhook_event from streamcut_app;
grant update (status, attempts, next_try_at, error, ignored_as, note, settled_at) on webhook_event to streamcut_app;
revoke update on webhook_body from streamcut_app;
revoke delete on webhook_latest, webhook_refusal from streamcut_app;
"""

DOWN = """
drop table webhook_refusal;
drop table webhook_latest;
drop table webhook_body;
drop table webhook_event;
drop function webhook_body_stays();
drop function webhook_event_done();
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
