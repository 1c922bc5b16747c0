"""keys: with which a brand's own programs reach the product, what they asked, and what they were answered"""

from alembic import op

revision = "0055"
down_revision = "0054"

# A key is a brand's; its secrets are kept as hashes and never change. Of two that are good side by side the old one has
# its end. Requests and answers are kept for a time only: a job clears them away.
UP = """
create table api_key (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    brand_id int not null references brand on delete restrict,
    name text not null constraint ck_api_key_name check (length(name) between 1 and 80),
    scopes text[] not null constraint ck_api_key_scopes check (cardinality(scopes) > 0
        and scopes <@ array['read', 'write:sales', 'write:touches', 'embed']),
    made_by bigint not null references person,
    made_at timestamptz not null,
    revoked_by bigint references person,
    revoked_at timestamptz,
    constraint ck_api_key_revoked check ((revoked_by is null) = (revoked_at is null))
);
create index ix_api_key_brand on api_key (brand_id, id);
revoke update, delete on api_key from streamcut_app;
grant update (revoked_by, revoked_at) on api_key to streamcut_app;

create table api_secret (
    id bigint generated always as identity primary key,
    key_id bigint not null references api_key on delete restrict,
    prefix text not null,                                   -- its first characters, by which people know it
    hash bytea not null unique constraint ck_api_secret_hash check (length(hash) = 32),
    made_by bigint not null references person,
    made_at timestamptz not null,
    ends_at timestamptz                                     -- from when on another one has to be used
);
create index ix_api_secret_key on api_secret (key_id, id);
revoke update, delete on api_secret from streamcut_app;
grant update (ends_at) on api_secret to streamcut_app;

create table api_use (                                      -- written at every request, so apart from the key
    key_id bigint primary key references api_key on delete restrict,
    used_at timestamptz not null,
    secret_id bigint not null references api_secret on delete restrict,
    full_at timestamptz not null                            -- when all its requests of a burst are there again
) with (fillfactor = 50);

create table api_request (
    id bigint generated always as identity primary key,
    request_id uuid not null,
    key_id bigint not null references api_key on delete restrict,
    at timestamptz not null,
    method text not null,
    path text not null,                                     -- without the query
    status int not null,
    ms int not null,
    rows_read int,
    rows_new int,
    rows_rejected int,
    problem text                                            -- of which kind, where it was refused
);
create index ix_api_request_key on api_request (key_id, id desc);
create index ix_api_request_request_id on api_request (request_id);
create index ix_api_request_at on api_request (at);
revoke update on api_request from streamcut_app;

create table api_answer (                                   -- replayed to whoever asks again with the same name
    key_id bigint not null references api_key on delete restrict,
    name text not null constraint ck_api_answer_name check (length(name) between 1 and 255),
    method text not null,
    path text not null,
    body_hash bytea not null,
    status int not null,
    body bytea not null,
    at timestamptz not null,
    primary key (key_id, name)
);
create index ix_api_answer_at on api_answer (at);
revoke update on api_answer from streamcut_app;
"""

DOWN = "drop table api_answer, api_request, api_use, api_secret, api_key;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
