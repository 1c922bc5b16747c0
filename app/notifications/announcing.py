"""Announcing a fact to the systems of a brand: a row written in the fact's transaction, sent after its commit.

A transaction that is rolled back has announced nothing, and a fact announced twice is one event. Facts of many lines at
once are announced by SQL of their own room (app/sales/sql/announce.sql), into the same tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from app.database import raw, statement


def announce(brand_id: int, type: str, data: Mapping[str, object], *, fact: str, at: datetime) -> None:
    """Writes an event of `type` (a name of app/notifications/webhooks/types.py) for each endpoint of the brand that
    wants it; writes nothing where none does, or where this `fact` was announced before.

    `data` are texts, numbers, truth values, instants, days, public ids, None, and lists and mappings of these: what is
    sent to the brand's systems as it is now, whatever changes later. Amounts are texts as in files (`major`), and no
    personal data is among them. The caller commits.
    """
    given = {"brand": brand_id, "type": type, "fact": fact, "body": body_of(type, data, at), "at": at}
    if raw().execute(statement("app.notifications", "announce"), given).rowcount:
        ring()


def body_of(type: str, data: Mapping[str, object], at: datetime) -> str:
    """The body of an event as it is signed and sent: type, timestamp and data (Standard Webhooks 1.0.0)."""
    payload = {"type": type, "timestamp": at, "data": dict(data)}
    return json.dumps(payload, default=_plain, ensure_ascii=False, separators=(",", ":"))


def ring() -> None:
    """Wakes the worker for webhooks when the transaction is committed."""
    raw().execute("notify webhooks")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{value!r} can't be announced")
