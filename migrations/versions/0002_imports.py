"""imports: every fact remembers the file it came by"""

from alembic import op

revision = "0002"
down_revision = "0001"

UP = """
create table import (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    kind text not null,
    file_name text not null,
    sha256 bytea not null,
    brand_id int references brand,          -- whose member brought it; null when the platform did
    by_id bigint references person,
    by_name text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    read_rows bigint not null default 0,
    new_rows bigint not null default 0,
    updated_rows bigint not null default 0,
    unchanged_rows bigint not null default 0,
    rejected_rows bigint not null default 0,
    withdrawn_at timestamptz,
    withdrawn_by text,
    withdrawn_reason text,
    constraint ck_import_withdrawn check ((withdrawn_at is null) = (withdrawn_by is null)
        and (withdrawn_at is null) = (withdrawn_reason is null))
);
create index ix_import_brand on import (brand_id, started_at desc);
create index ix_import_withdrawn on import (id) where withdrawn_at is not null;
alter table brand add foreign key (import_id) references import;
alter table creator add foreign key (import_id) references import;

-- What an `--update` changed: the row before and after, append-only.
create table revision (
    id bigint generated always as identity primary key,
    kind text not null,
    object_id bigint not null,
    before jsonb not null,
    after jsonb not null,
    at timestamptz not null,
    by_name text not null,
    import_id int references import
);
create index ix_revision_object on revision (kind, object_id, at);
revoke update, delete on revision from streamcut_app;

-- Autovacuum that looks at a table in the middle of a large import sees no living row, and notes that the table is
-- empty. The planner then takes reading a whole index for free, and each look-up by key does so: minutes for a block of
-- rows that takes a tenth of a second. Who stores and looks up much in one transaction therefore measures its tables
-- anew when they are taken for almost empty. The lock of ANALYZE, held to the end, also keeps autovacuum away; an
-- autovacuum that has it gives way after a second.
create function measure_tables(names text[]) returns void language plpgsql security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '1min' as $$
declare
    relation name;
begin
    for relation in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname = any(names)
            and relpages > 0 and reltuples >= 0 and reltuples < relpages
    loop
        execute format('analyze public.%I', relation);
    end loop;
end $$;
revoke all on function measure_tables(text[]) from public;
grant execute on function measure_tables(text[]) to streamcut_app;
"""

DOWN = """
drop function measure_tables(text[]);
drop table revision;
alter table brand drop constraint brand_import_id_fkey;
alter table creator drop constraint creator_import_id_fkey;
drop table import;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
