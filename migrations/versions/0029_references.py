"""references: a brand's transfers have the same reference each month, so it is unique by day"""

from alembic import op

revision = "0029"
down_revision = "0028"

UP = """
drop index uq_top_up_reference;
create unique index uq_top_up_reference on top_up (brand_id, reference, received_on) where status <> 'rejected';
"""

DOWN = """
drop index uq_top_up_reference;
create unique index uq_top_up_reference on top_up (brand_id, reference) where status <> 'rejected';
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
