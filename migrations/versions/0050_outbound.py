"""outbound: payouts straight to the bank by Stripe, and the pace of questions there"""

from alembic import op

revision = "0050"
down_revision = "0044"

UP = """
insert into pace (name, next_at) values ('accounts', '2026-01-01');
"""

DOWN = """
delete from pace where name = 'accounts';
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
