"""The audit trail: what people did that the books don't keep. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, insert, select

from app.database import db
from app.formatting import money
from app.security import Identity
from app.users.models import AuditEvent

AMOUNTS = frozenset({"amount", "before", "credit", "total"})  # in minor units, where a currency stands beside them


def record(
    action: str, object_kind: str, object_id: int | None, *, by: Identity | None, at: datetime, **detail: Any
) -> None:
    """Notes that `by` (None: the system) did `action` (a verb, e.g. "approve") to a row of the table `object_kind`.

    `detail` is kept as JSON: say what changed, and never a password, token or whole IBAN.
    """
    db.session.add(AuditEvent(**_columns(action, object_kind, object_id, by, at, detail)))
    db.session.flush()


def record_all(
    action: str, object_kind: str, details: Mapping[int, dict[str, Any]], *, by: Identity | None, at: datetime
) -> None:
    """Notes the same deed of many rows, each with its detail, in one statement."""
    events = [_columns(action, object_kind, number, by, at, detail) for number, detail in sorted(details.items())]
    if events:
        db.session.execute(insert(AuditEvent), events)


def _columns(
    action: str, object_kind: str, object_id: int | None, by: Identity | None, at: datetime, detail: dict[str, Any]
) -> dict[str, Any]:
    return {
        "at": at,
        "by_id": by.person_id if by else None,
        "by_name": by.name if by else "system",
        "action": action,
        "object_kind": object_kind,
        "object_id": object_id,
        "detail": detail,
    }


def events_matching(
    text: str | None, action: str | None, start: datetime | None, end: datetime | None
) -> Select[AuditEvent]:
    """The events, the latest first: by whom or about what has `text` in it, and before `end`, not before `start`."""
    events = select(AuditEvent).order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    if text:
        detail = cast(AuditEvent.detail, Text)
        events = events.where(
            AuditEvent.by_name.icontains(text, autoescape=True) | detail.icontains(text, autoescape=True)
        )
    if action:
        events = events.where(AuditEvent.action == action)
    if start:
        events = events.where(AuditEvent.at >= start)
    return events.where(AuditEvent.at < end) if end else events


def details(event: AuditEvent) -> list[tuple[str, str]]:
    """What is kept beside an event, in words: amounts as money, in the currency that stands with them."""
    currency = event.detail.get("currency")
    shown = []
    for name, value in event.detail.items():
        if name in AMOUNTS and currency and isinstance(value, int):
            shown.append((name, money(value, currency)))
        elif name != "currency" or AMOUNTS.isdisjoint(event.detail):
            shown.append((name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)))
    return [(name.replace("_", " "), text) for name, text in shown]


def actions() -> Sequence[str]:
    """Everything that was ever done, for the filter."""
    return db.session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)).all()
