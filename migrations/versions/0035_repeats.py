"""repeats: rows of a file that say what an earlier one has said are counted and shown"""

from alembic import op

revision = "0035"
down_revision = "0034"

UP = """
alter table import add column repeated_rows bigint not null default 0;
alter table upload_file add column repeated_rows bigint not null default 0;
alter table upload_file add column repeats jsonb not null default '[]';     -- the first of their lines
"""

DOWN = """
alter table upload_file drop column repeats, drop column repeated_rows;
alter table import drop column repeated_rows;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
