"""What a correction changes, with the names of the creators it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from app.sales.corrections import Correction


@dataclass(frozen=True)
class Change:
    """One line before and after a correction, and what that does to commission and fee (minor units)."""

    brand_uuid: UUID
    sale_id: int
    order_ref: str
    line_ref: str
    currency: str
    before: str  # rule, or the reason why it was the house's
    before_creator: str | None
    before_rate_bps: int | None
    after: str
    after_creator: str | None
    after_rate_bps: int | None
    commission: int
    fee: int


def named_changes(connection: psycopg.Connection[Any], correction: Correction) -> list[Change]:
    """The changes with names instead of numbers."""
    rows = correction.changes
    wanted = [row[name] for row in rows for name in ("creator_id", "old_creator_id") if row[name]]
    names = dict(connection.execute("select id, name from creator where id = any (%s)", [wanted]).fetchall())
    brands = dict(
        connection.execute(
            "select id, public_id from brand where id = any (%s)", [[row["brand_id"] for row in rows]]
        ).fetchall()
    )
    return [
        Change(
            brand_uuid=brands[row["brand_id"]],
            sale_id=row["sale_id"],
            order_ref=row["order_ref"],
            line_ref=row["line_ref"],
            currency=row["currency"],
            before=row["old_rule"] or row["old_reason"] or "due",
            before_creator=names.get(row["old_creator_id"]),
            before_rate_bps=row["old_rate_bps"],
            after=row["rule"] or row["reason"],
            after_creator=names.get(row["creator_id"]),
            after_rate_bps=row["rate_bps"],
            commission=row["commission_difference"],
            fee=row["fee_difference"],
        )
        for row in rows
    ]
