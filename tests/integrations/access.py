"""The routes of the inbox."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app.database import db
from app.integrations import inbox
from app.integrations.models import WebhookEvent
from app.integrations.views.events import ADMIN, READERS
from app.security import ANYBODY
from tests.access import NOWHERE, Kind, Row, Side
from tests.integrations.telling import DRILL, body, signature


def _event(side: Side) -> UUID:
    content = body(note=side.word)
    inbox.receive(DRILL, content, {"Stripe-Signature": signature(content)}, at=datetime.now(UTC))
    return db.session.scalars(select(WebhookEvent.public_id).order_by(WebhookEvent.id.desc())).first() or NOWHERE


KINDS = {
    "webhook_event": Kind(_event),
    "source": Kind(lambda side: "stripe", missing="nonsense"),
}

EVENT = {"event": "webhook_event"}

ROWS = [
    Row("integrations.receive", "POST", ANYBODY, also=(404,), csrf=False),  # no secret is set: it is not there
    Row("integrations.events", "GET", READERS, query="?status=waiting&source=stripe&type=paid"),
    Row("integrations.event", "GET", READERS, args=EVENT),
    Row("integrations.event_retry", "POST", ADMIN, args=EVENT),
    Row("integrations.event_ignore", "POST", ADMIN, args=EVENT, form={"reason": "It is of a trial."}),
]
