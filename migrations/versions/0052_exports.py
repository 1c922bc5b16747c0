"""exports: files of shops that are read by what their columns mean, and how a brand's were read before"""

from alembic import op

revision = "0052"
down_revision = "0051"

UP = """
alter table upload_file
    add column reading jsonb,                       -- of an export: its program, columns, and what it does not say
    add column flags jsonb not null default '[]',   -- what is to be said of it: code, count, examples
    drop constraint ck_upload_file_kind,
    add constraint ck_upload_file_kind check (case when reading is null then (kind is null) = (problem is not null)
        else kind is not null end);

-- How the exports of a brand were read when they were imported last: those of a program, or with certain headings.
create table export_reading (
    brand_id int not null references brand on delete cascade,
    program text not null,
    header_hash bytea not null,                     -- of a program that we know: empty
    reading jsonb not null,
    made_by_name text not null,
    made_at timestamptz not null,
    primary key (brand_id, program, header_hash)
);
"""

DOWN = """
drop table export_reading;
alter table upload_file drop constraint ck_upload_file_kind;
update upload_file set kind = null where problem is not null;
alter table upload_file
    drop column reading,
    drop column flags,
    add constraint ck_upload_file_kind check ((kind is null) = (problem is not null));
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
