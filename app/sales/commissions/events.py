"""Each change of a commission as an event: who, when, why, and what it was and is (rules.md B1)."""

from __future__ import annotations

from datetime import UTC, datetime

from app.database import db, raw
from app.sales.commissions.lines import Commission, commission_of
from app.sales.commissions.models import EventKind
from app.security import Identity
from app.users.trail import record

INSERT = """
    insert into commission_event (brand_id, sale_id, creator_id, kind, before, after, reason, note, amount_before,
        amount_after, currency, available_before, available_after, by_id, by_name, at)
    values (%(brand_id)s, %(sale_id)s, %(creator_id)s, %(kind)s, %(before)s, %(after)s, %(reason)s, %(note)s,
        %(amount_before)s, %(amount_after)s, %(currency)s, %(available_before)s, %(available_after)s, %(by_id)s,
        %(by_name)s, %(at)s)
    returning id
"""


def note(
    kind: EventKind, was: Commission, *, why: str = "", reason: str | None = None, by: Identity | None, at: datetime
) -> int:
    """Writes the event of a change that is done, in the audit trail too, and returns its number: `was` is the
    commission before it, `by` None for a rule or a deadline."""
    db.session.flush()
    by_id, by_name = (by.person_id, by.name) if by else (None, None)
    event = write(kind, was, why=why, reason=reason, by_id=by_id, by_name=by_name, at=at)
    record(f"commission_{kind}", "sale", was.sale_id, by=by, at=at, reason=why or reason or "", event=event)
    return event


def write(
    kind: EventKind,
    was: Commission,
    *,
    why: str,
    reason: str | None,
    by_id: int | None,
    by_name: str | None,
    at: datetime,
) -> int:
    """The row alone, past the session: for what may be undone."""
    now = commission_of(was.brand_id, was.sale_id, today=at.astimezone(UTC).date()) or was
    row = {
        "brand_id": was.brand_id,
        "sale_id": was.sale_id,
        "creator_id": was.creator_id,
        "kind": kind,
        "before": was.standing,
        "after": now.standing,
        "reason": reason,
        "note": why,
        "amount_before": was.net,
        "amount_after": now.net,
        "currency": was.currency,
        "available_before": was.available_on,
        "available_after": now.available_on,
        "by_id": by_id,
        "by_name": by_name,
        "at": at,
    }
    written = raw().execute(INSERT, row).fetchone()
    assert written is not None  # noqa: S101 - an insert returns its row
    return int(written[0])
