"""What a correction changes, with the names of the creators it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from app.sales.correction_record import fingerprint
from app.sales.corrections import Correction


@dataclass(frozen=True)
class Named:
    """A creator as a page names and links them."""

    id: int
    public_id: UUID
    name: str


@dataclass(frozen=True)
class Change:
    """One line before and after a correction, and what that does to commission and fee (minor units)."""

    brand_uuid: UUID
    sale_id: int
    order_ref: str
    line_ref: str
    currency: str
    before: str  # rule, or the reason why it was the house's
    before_creator: Named | None
    before_rate_bps: int | None
    after: str
    after_creator: Named | None
    after_rate_bps: int | None
    commission: int
    fee: int


def shown(connection: psycopg.Connection[Any], correction: Correction | None) -> dict[str, Any]:
    """What pages show of a correction before it is booked: `changes` line by line, `sums` of money, and `seen`, which
    tells these sums from others when somebody agrees. All of it empty without a correction."""
    if correction is None:
        return {"correction": None, "changes": [], "sums": [], "seen": ""}
    return {
        "correction": correction,
        "changes": named_changes(connection, correction),
        "sums": linked_sums(connection, [asdict(each) for each in correction.sums]),
        "seen": fingerprint(correction.sums),
    }


def named_changes(connection: psycopg.Connection[Any], correction: Correction) -> list[Change]:
    """The changes with names instead of numbers."""
    rows = correction.changes
    wanted = [row[name] for row in rows for name in ("creator_id", "old_creator_id") if row[name]]
    found = connection.execute("select id, public_id, name from creator where id = any (%s)", [wanted]).fetchall()
    names = {creator_id: Named(creator_id, public_id, name) for creator_id, public_id, name in found}
    brands = _public_ids(connection, "brand", [row["brand_id"] for row in rows])
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


def linked_sums(connection: psycopg.Connection[Any], sums: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sums of a correction with the public ids of brand and creator, by which pages are found (`brand_uuid`,
    `creator_uuid`); a stored correction keeps the numbers only."""
    brands = _public_ids(connection, "brand", [each["brand_id"] for each in sums])
    creators = _public_ids(connection, "creator", [each["creator_id"] for each in sums if each["creator_id"]])
    return [
        {**each, "brand_uuid": brands.get(each["brand_id"]), "creator_uuid": creators.get(each["creator_id"])}
        for each in sums
    ]


def _public_ids(connection: psycopg.Connection[Any], table: str, ids: Sequence[int]) -> dict[int, UUID]:
    query = sql.SQL("select id, public_id from {} where id = any (%s)").format(sql.Identifier(table))
    return dict(connection.execute(query, [list(ids)]).fetchall())
