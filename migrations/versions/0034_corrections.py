"""corrections: each withdrawal and redecision is a row with its sums, and a large one waits for a second person"""

from alembic import op

revision = "0034"
down_revision = "0032"

UP = """
create table correction (
    id bigint generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    kind text not null constraint ck_correction_kind check (kind in ('import', 'days', 'line')),
    brand_id int references brand on delete restrict,       -- null: an import of several brands
    import_id int references import on delete restrict,
    sale_id bigint,                                         -- of a hot table, which nothing refers to
    first_on date,
    last_on date,
    reason text not null,
    sums jsonb not null,                                    -- what it changes: by brand, creator and currency
    is_large boolean not null,                              -- above the limit when it was asked for
    status text not null constraint ck_correction_status check (status in ('submitted', 'done', 'rejected')),
    asked_by bigint references person on delete restrict,   -- null: by command line
    asked_by_name text not null,
    asked_at timestamptz not null,
    decided_by bigint references person on delete restrict,
    decided_by_name text,
    decided_at timestamptz,
    constraint ck_correction_subject check (case kind
        when 'import' then import_id is not null
        when 'line' then brand_id is not null and sale_id is not null
        else brand_id is not null and first_on is not null and first_on <= last_on end),
    constraint ck_correction_decided check ((status = 'submitted') = (decided_at is null)),
    constraint ck_correction_second_person check (
        status <> 'done' or not is_large or asked_by is null or (decided_by is not null and decided_by <> asked_by))
);
create unique index uq_correction_import on correction (import_id) where kind = 'import' and status <> 'rejected';
create index ix_correction_status on correction (status, id desc);
revoke update, delete on correction from streamcut_app;
grant update (sums, status, decided_by, decided_by_name, decided_at) on correction to streamcut_app;
"""

DOWN = """
drop table correction;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
