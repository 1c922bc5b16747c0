"""outgoing: what we tell other systems by webhook, written in the transaction of the fact and sent after its commit"""

from alembic import op

revision = "0056"
down_revision = "0055"

# An event is written once for each fact, and only where the brand has an endpoint that wants it. Its body is what is
# signed and sent, byte for byte, today and when it is sent again. One delivery is one event on its way to one endpoint.
UP = """
create table outgoing_endpoint (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    url text not null constraint ck_outgoing_endpoint_url check (length(url) between 1 and 2000),
    types text[] not null constraint ck_outgoing_endpoint_types check (cardinality(types) > 0),
    failures int not null default 0,    -- attempts that failed, in a row
    free_at timestamptz not null,       -- it rests until then after a failure
    claimed_until timestamptz,          -- an attempt is under way
    off_as text constraint ck_outgoing_endpoint_off_as check (off_as in ('kept_failing', 'gone', 'switched_off')),
    off_at timestamptz,
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    constraint ck_outgoing_endpoint_off check ((off_as is null) = (off_at is null))
);
create index ix_outgoing_endpoint_on on outgoing_endpoint (brand_id) where off_as is null;
create index ix_outgoing_endpoint_brand on outgoing_endpoint (brand_id, id);
revoke delete on outgoing_endpoint from streamcut_app;

-- With what deliveries are signed. The old one goes on for a day when there is a new one: both sign meanwhile.
create table outgoing_secret (
    id bigint generated always as identity primary key,
    endpoint_id bigint not null references outgoing_endpoint on delete restrict,
    sealed bytea not null,
    made_by bigint not null references person on delete restrict,
    made_at timestamptz not null,
    ends_at timestamptz                 -- signs no more from here on
);
create index ix_outgoing_secret_endpoint on outgoing_secret (endpoint_id, id);
revoke update on outgoing_secret from streamcut_app;
grant update (ends_at) on outgoing_secret to streamcut_app;

create table outgoing_event (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),   -- webhook-id
    brand_id int not null references brand on delete restrict,
    type text not null,
    fact text not null,                 -- which fact of this type it tells of
    body text not null,                 -- JSON as it is signed and sent, in UTF-8
    happened_at timestamptz not null,
    constraint uq_outgoing_event_fact unique (brand_id, type, fact)
);
create index ix_outgoing_event_brand on outgoing_event (brand_id, id);
create index ix_outgoing_event_happened on outgoing_event (happened_at);
revoke update on outgoing_event from streamcut_app;

create table outgoing_delivery (
    endpoint_id bigint not null references outgoing_endpoint on delete restrict,
    event_id bigint not null references outgoing_event on delete cascade,
    status text not null default 'waiting'
        constraint ck_outgoing_delivery_status check (status in ('waiting', 'reached', 'failed')),
    attempts int not null default 0,    -- since it was written, or somebody had it sent again
    next_try_at timestamptz,
    trigger text not null default 'first'   -- of the next attempt
        constraint ck_outgoing_delivery_trigger check (trigger in ('first', 'retry', 'again', 'trial')),
    primary key (endpoint_id, event_id),
    constraint ck_outgoing_delivery_next_try check ((status = 'waiting') = (next_try_at is not null))
);
create index ix_outgoing_delivery_waiting on outgoing_delivery (endpoint_id, next_try_at, event_id)
    where status = 'waiting';
create index ix_outgoing_delivery_event on outgoing_delivery (event_id);
revoke delete on outgoing_delivery from streamcut_app;

create table outgoing_attempt (
    id bigint generated always as identity primary key,
    endpoint_id bigint not null,
    event_id bigint not null,
    trigger text not null constraint ck_outgoing_attempt_trigger check (trigger in ('first', 'retry', 'again', 'trial')),
    at timestamptz not null,
    milliseconds int not null,
    code int,                           -- the status of the answer; null: there was none
    error text,                         -- why it failed; null: it was taken
    answer text not null,               -- the first 2 kB of it
    constraint fk_outgoing_attempt_delivery foreign key (endpoint_id, event_id)
        references outgoing_delivery (endpoint_id, event_id) on delete cascade
);
create index ix_outgoing_attempt_delivery on outgoing_attempt (endpoint_id, event_id, id);
create index ix_outgoing_attempt_event on outgoing_attempt (event_id, id);
revoke update, delete on outgoing_attempt from streamcut_app;
"""

DOWN = """
drop table outgoing_attempt, outgoing_delivery, outgoing_event, outgoing_secret, outgoing_endpoint;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
