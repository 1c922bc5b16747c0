"""The routes of letters and webhooks."""

from __future__ import annotations

import json

from sqlalchemy import select

from app import clock
from app.database import db
from app.notifications.views.letters import ADMIN, READERS
from app.notifications.views.webhooks import TRIERS
from app.notifications.webhooks import signing
from app.notifications.webhooks.models import Delivery, Endpoint, EndpointSecret, OutgoingEvent
from app.outbox import Letter, Reader
from app.security import BRAND, OWNERS, PLATFORM
from tests.access import Kind, Row, Side
from tests.notifications.writing import written


def _letter(side: Side) -> int:
    written(Reader(f"{side.word}@cast.example", "en"))
    return db.session.scalars(select(Letter.id).order_by(Letter.id.desc())).first() or 0


def _webhook(side: Side) -> object:
    row = {"brand_id": side.brand.id, "made_by": side.person.id, "made_at": clock.now(), "free_at": clock.now()}
    made = Endpoint(url=f"https://93.184.215.14/{side.word}", types=["payout.paid"], **row)
    db.session.add(made)
    db.session.flush()
    sealed = signing.seal(signing.new_secret())
    db.session.add(EndpointSecret(endpoint_id=made.id, sealed=sealed, made_by=side.person.id, made_at=made.made_at))
    return made.public_id


def _event(side: Side) -> object:
    at = clock.now()
    endpoint = db.session.scalars(select(Endpoint).where(Endpoint.public_id == side.value("webhook"))).one()
    event = OutgoingEvent(brand_id=side.brand.id, type="payout.paid", fact=side.word, happened_at=at)
    event.body = json.dumps({"type": "payout.paid", "data": {"note": side.word}})
    db.session.add(event)
    db.session.flush()
    db.session.add(Delivery(endpoint_id=endpoint.id, event_id=event.id, next_try_at=at))
    return event.public_id


KINDS = {
    "letter": Kind(_letter, missing=999_999_999),
    "webhook": Kind(_webhook),
    "outgoing_event": Kind(_event),
}
EVENT = {"event": "outgoing_event"}
FORM = {"url": "https://93.184.215.14/hooks", "types": ["payout.paid"]}

ROWS = [
    Row("notifications.letters", "GET", READERS, query="?status=waiting&q=a"),
    Row("notifications.letter", "GET", ADMIN, also=(404,)),  # only a demo shows letters
    Row("notifications.letter_resend", "POST", ADMIN),
    Row("notifications.brand_webhooks", "GET", BRAND | PLATFORM, query="?type=payout.paid&status=waiting"),
    Row("notifications.brand_webhook_new", "GET", OWNERS),
    Row("notifications.brand_webhook_create", "POST", OWNERS, form=FORM),
    Row("notifications.brand_webhook", "GET", BRAND | PLATFORM),
    Row("notifications.brand_webhook_edit", "GET", OWNERS),
    Row("notifications.brand_webhook_update", "POST", OWNERS, form=FORM),
    Row("notifications.brand_webhook_secrets", "GET", OWNERS),
    Row("notifications.brand_webhook_rotate", "POST", OWNERS),
    Row("notifications.brand_webhook_off", "POST", OWNERS),
    Row("notifications.brand_webhook_on", "POST", OWNERS, also=(409,)),  # it is on
    Row("notifications.brand_webhook_test", "POST", TRIERS),
    Row("notifications.brand_webhook_event", "GET", BRAND | PLATFORM, args=EVENT),
    Row("notifications.brand_webhook_again", "POST", TRIERS, args=EVENT),
]
