"""reports: the bank's files are read back, kept and reconciled with what was sent"""

from alembic import op

revision = "0038"
down_revision = "0037"

UP = """
-- The hash is the database's own, so that it is of the bytes that are kept; the number is what the bank's reports name.
alter table payout_file
    add digest bytea not null generated always as (sha256(content)) stored,
    add number text;
update payout_file set number = substring(convert_from(content, 'UTF8') from '<MsgId>([^<]+)</MsgId>') where rail = 'sepa';
create index ix_payout_file_number on payout_file (number) where number is not null;
"""

DOWN = """
alter table payout_file drop column digest, drop column number;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
