"""login: what the application's role, which logs in by itself, may not take away"""

from alembic import op

revision = "0036"
down_revision = "0035"

# `terms` stay deletable: terms that have not begun go when a programme is dropped or a contract ends before them.
UP = """
revoke delete on payout, payout_batch, top_up, contract, person, membership from streamcut_app;
"""

DOWN = """
grant delete on payout, payout_batch, top_up, contract, person, membership to streamcut_app;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
