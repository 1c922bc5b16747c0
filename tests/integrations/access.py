"""The routes of other people's events."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from app.database import db
from app.integrations import inbox
from app.integrations.models import InboxEvent
from app.integrations.stripe_events import Event
from app.integrations.views import ADMIN, READERS
from app.security import ANYBODY
from tests.access import Kind, Row, Side

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


def _event(side: Side) -> int:
    event = Event(f"evt_{side.word}", "transfer.created", AT, False, "", {})
    inbox.keep(event, f'{{"name": "{side.word}"}}', at=AT)
    return db.session.scalars(select(InboxEvent.id).order_by(InboxEvent.id.desc())).first() or 0


KINDS = {"inbox_event": Kind(_event, missing=999_999_999)}
EVENT = {"event": "inbox_event"}

ROWS = [
    Row("integrations.stripe_webhook", "POST", ANYBODY, csrf=False, also=(404,)),  # Stripe is not set up here
    Row("integrations.events", "GET", READERS, query="?status=all&q=a"),
    Row("integrations.event_retry", "POST", ADMIN, args=EVENT),
    Row("integrations.event_drop", "POST", ADMIN, args=EVENT, form={"reason": "it has to be"}),
]
