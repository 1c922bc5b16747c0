"""codes: those that differ in accents' form or by signs nobody sees are one code (settlement.md section 3)"""

import logging
import unicodedata

from alembic import op
from sqlalchemy import Connection, text

revision = "0026"
down_revision = "0025"

UP = "comment on column coupon.key is 'NFKC, signs of category Cf removed, stripped, casefolded, NFKC';"
DOWN = "comment on column coupon.key is null;"  # the keys stay

log = logging.getLogger("alembic.runtime.migration")


def upgrade() -> None:
    connection = op.get_bind()
    op.execute(UP)
    _rekey_sales(connection)
    for coupon in connection.execute(text("select id, code, key from coupon order by id")).all():
        if coupon.key != (key := _key(coupon.code)):
            _rekey(connection, coupon.id, coupon.code, key)


def downgrade() -> None:
    op.execute(DOWN)


def _rekey_sales(connection: Connection) -> None:
    """A code keeps the key it was read with for ever unless it gets the new one here. ASCII codes have it already."""
    codes = connection.execute(text("select distinct coupon from sale where coupon ~ '[^\\x01-\\x7f]'")).scalars()
    for code in codes.all():
        connection.execute(
            text("update sale set coupon_key = :key where coupon = :code and coupon_key is distinct from :key"),
            {"key": _key(code) or None, "code": code},
        )


def _rekey(connection: Connection, coupon: int, code: str, key: str) -> None:
    """Gives the coupon its new key. Where another contract of the brand has it in the same days, both stay as they
    are, and the audit trail says so: whose code it is, people must agree."""
    taken = connection.execute(
        text(
            "select c.id, b.handle brand, mine.ref mine, theirs.ref theirs, c.code from coupon m"
            " join coupon c on c.brand_id = m.brand_id and c.key = :key and c.period && m.period and c.id <> m.id"
            " join contract mine on mine.id = m.contract_id join contract theirs on theirs.id = c.contract_id"
            " join brand b on b.id = m.brand_id where m.id = :id limit 1"
        ),
        {"id": coupon, "key": key},
    ).one_or_none()
    if taken is None:
        connection.execute(text("update coupon set key = :key where id = :id"), {"id": coupon, "key": key})
        return
    log.warning(
        "Brand %s: the code %r of contract %s reads like %r of contract %s, which keeps it. Agree on another code.",
        taken.brand,
        code,
        taken.mine,
        taken.code,
        taken.theirs,
    )
    connection.execute(
        text(
            "insert into audit_event (at, by_name, action, object_kind, object_id, detail)"
            " select now(), 'migration 0026', 'coupon.conflict', 'contract', contract_id, jsonb_build_object("
            "  'code', cast(:code as text), 'kept_by', cast(:theirs as text), 'kept_code', cast(:kept as text))"
            " from coupon where id = :id"
        ),
        {"id": coupon, "code": code, "theirs": taken.theirs, "kept": taken.code},
    )


def _key(code: str) -> str:
    """The rule as it is at this migration (app/contracts/terms/coupons.py may change later)."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", code) if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen.strip().casefold())
