"""Letters for tests: about nothing in particular, to whoever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app import outbox
from app.database import db
from app.outbox import Event, Letter, Reader

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
MIRA = Reader("mira@cast.example", "en")


def written(*readers: Reader, number: int = 1, at: datetime = AT, **about: Any) -> None:
    """The letter that offer `number` was declined. Not committed."""
    facts = {"who": "Mira Live", "title": "Spring lamps", "path": "/somewhere"}
    outbox.write(Event("offer.declined", "offer", number, 1), readers or (MIRA,), facts, at=at, **about)


def letters() -> list[Letter]:
    """All of them as they are stored now, the oldest first."""
    db.session.rollback()
    fresh = {"populate_existing": True}
    return list(db.session.scalars(select(Letter).order_by(Letter.id), execution_options=fresh))


def letter() -> Letter:
    """The only one."""
    (found,) = letters()
    return found
