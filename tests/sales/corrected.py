"""What tests of corrections do to their sales, and where they look afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg

from app.database import db, raw
from app.sales.models import Sale
from app.users.models import Brand, Creator
from tests import market
from tests.ledger import story

Owner = psycopg.Connection[Any]
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DUE_DAY = date(2026, 4, 9)  # market.NOON and 30 days' hold


def sold(brand: Brand, *visitors: str) -> list[Sale]:
    """A settled line of 100.00 for each visitor, all of one import."""
    brought = market.file_import("sales", brand)
    made = [market.sale(brand, 10_000, visitor=visitor, import_id=brought) for visitor in visitors]
    story.settle()
    return made


def joon_comes_late(lumen: Brand, joon: Creator, visitor: str = "v1") -> None:
    """Joon was there at the same instant with a reference that sorts first, but it is recorded only now."""
    market.contract(lumen, joon, commission_bps=2000, hold_days=10)
    market.touch(lumen, joon, visitor, ref="A")
    db.session.commit()


def entries(after: int = 0) -> list[tuple[Any, ...]]:
    """Kind, whose, day, signed amount (what the creator or the platform gets), number; of entries written later."""
    rows = raw().execute(
        "select kind, creator_id, available_on, case debit when 'brand_funds' then amount else -amount end, seq"
        " from entry where id > %s and kind in ('commission', 'fee') order by kind, creator_id, available_on, seq",
        [after],
    )
    return rows.fetchall()


def newest() -> int:
    found = raw().execute("select coalesce(max(id), 0) from entry").fetchone()
    return int(found[0]) if found else 0


def decisions(sale: Sale) -> list[tuple[Any, ...]]:
    rows = raw().execute(
        "select nr, creator_id, reason, decided_by, note from decision where sale_id = %s order by nr", [sale.id]
    )
    return rows.fetchall()


def contents(owner: Owner) -> list[tuple[Any, ...]]:
    """Everything a correction may write."""
    tables = "decision entry balance due import sale refund".split()
    found = [owner.execute(f"select * from {table} order by 1, 2, 3, 4, 5").fetchall() for table in tables]
    owner.rollback()
    return [tuple(map(tuple, rows)) for rows in found]
