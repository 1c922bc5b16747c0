"""names: those of people, brands and creators hold no control characters and no line breaks"""

from alembic import op

revision = "0030"
down_revision = "0029"

# What would break the line a name stands in (app/csvfiles/cells.py, BREAKING), as PostgreSQL writes it. Those that are
# there become spaces, and the audit trail says what they were.
BREAKING = r"[\u0001-\u001f\u007f-\u009f\u2028\u2029]"
KINDS = {"person": "email", "brand": "handle", "creator": "handle"}  # what stands in for a name that was nothing else

FOLD = r"""
insert into audit_event (at, by_name, action, object_kind, object_id, detail)
select now(), 'migration 0030', 'fold name', '{kind}', id, jsonb_build_object('name', name)
from {kind} where name ~ '{breaking}';
update {kind}
set name = coalesce(nullif(btrim(regexp_replace(name, '\s*{breaking}+\s*', ' ', 'g')), ''), {instead})
where name ~ '{breaking}';
alter table {kind} add constraint ck_{kind}_name_line check (name !~ '{breaking}');
"""

UP = "".join(FOLD.format(kind=kind, instead=instead, breaking=BREAKING) for kind, instead in KINDS.items())
DOWN = "".join(f"alter table {kind} drop constraint ck_{kind}_name_line;" for kind in KINDS)


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
