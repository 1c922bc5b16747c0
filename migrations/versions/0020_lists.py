"""lists: files of accounts from elsewhere, read by a mapping of their columns"""

from alembic import op

revision = "0020"
down_revision = "0019"

# A list is read twice: once to show what its columns were taken for, once to store. How the columns of a header were
# mapped is remembered for the next file with the same header.
UP = """
create table list_mapping (
    header_hash bytea primary key,
    header text[] not null,
    platform text not null,
    columns jsonb not null,             -- what we know a column by: the position of the column
    made_by_name text not null,
    made_at timestamptz not null
);

create table creator_list (
    id int generated always as identity primary key,
    public_id uuid not null unique default gen_random_uuid(),
    file_name text not null,
    sha256 bytea not null,
    content bytea,                      -- as it was sent, until it is imported or discarded
    platform text not null,             -- empty: not said yet
    measured_on date not null,          -- of which day its figures are
    columns jsonb not null,
    status text not null constraint ck_creator_list_status check (status in ('previewed', 'imported', 'discarded')),
    read_rows int not null default 0,
    new_creators int not null default 0,
    updated_channels int not null default 0,
    unchanged_rows int not null default 0,
    rejected_rows int not null default 0,
    rejected_cells int not null default 0,
    kept_cells int not null default 0,      -- taken all the same: categories kept as words, numbers that differ
    rejected jsonb not null default '[]',   -- the first of all these: line, column, value, reason
    seconds double precision,
    by_id bigint references person on delete restrict,
    by_name text not null,
    at timestamptz not null,
    import_id int references import,
    constraint ck_creator_list_content check ((content is null) = (status <> 'previewed')),
    constraint ck_creator_list_import check ((import_id is null) = (status <> 'imported'))
);
create index ix_creator_list_import on creator_list (import_id) where import_id is not null;

-- By which a row of a list finds its channel.
create index ix_channel_name on channel (platform, lower(name));
"""

DOWN = "drop index ix_channel_name; drop table creator_list, list_mapping;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
