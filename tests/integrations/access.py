"""The routes of the inbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app.database import db, raw
from app.integrations import inbox
from app.integrations.models import WebhookEvent
from app.integrations.shops import connecting, keys, receiving
from app.integrations.shops.models import Shop, ShopKind, ShopStatus
from app.integrations.views.events import ADMIN, READERS
from app.integrations.views.shops import KEEPERS
from app.security import ANYBODY, BRAND, PLATFORM
from app.users.models import Person
from tests.access import NOWHERE, Kind, Row, Side
from tests.integrations import telling
from tests.integrations.shops.shop import AT, signature
from tests.integrations.telling import DRILL, body
from tests.payouts.people import identity


def _event(side: Side) -> UUID:
    content = body(note=side.word)
    inbox.receive(DRILL, content, {"Stripe-Signature": telling.signature(content)}, at=datetime.now(UTC))
    return db.session.scalars(select(WebhookEvent.public_id).order_by(WebhookEvent.id.desc())).first() or NOWHERE


def _shop(side: Side) -> Shop:
    found = db.session.scalar(select(Shop).where(Shop.brand_id == side.brand.id))
    if found:
        return found
    row = Shop(brand_id=side.brand.id, kind=ShopKind.SHOPIFY, name=f"Shop {side.word}", source="shopify", app_key="")
    row.status, row.status_at, row.made_at = ShopStatus.CONNECTED, AT, AT
    row.made_by = db.session.scalars(select(Person.id).order_by(Person.id)).first() or 0
    db.session.add(row)
    db.session.flush()
    keys.add(row, f"key-of-{side.word}", by=identity("olga"), at=AT)
    return row


def _shop_event(side: Side) -> UUID:
    shop = _shop(side)
    body = json.dumps({"id": 1, "name": f"#{side.word}", "currency": "EUR"}).encode()
    headers = {"X-Shopify-Hmac-Sha256": signature(body, f"key-of-{side.word}"), "X-Shopify-Topic": "orders/paid"}
    receiving.receive(raw(), receiving.door_of(shop), body, headers | {"X-Shopify-Webhook-Id": side.word}, at=AT)
    return db.session.scalars(connecting.events_of(shop)).one().public_id


KINDS = {
    "shop": Kind(lambda side: _shop(side).public_id),
    "shop_key": Kind(lambda side: _shop(side).secrets[0].id, missing=987_654_321),
    "shop_event": Kind(_shop_event),
    "webhook_event": Kind(_event),
    "source": Kind(lambda side: "stripe", missing="nonsense"),
}

EVENT = {"event": "webhook_event"}
SHOP = {"shop": "shop"}

ROWS = [
    Row("integrations.receive", "POST", ANYBODY, also=(404,), csrf=False),  # no secret is set: it is not there
    Row("integrations.events", "GET", READERS, query="?status=waiting&source=stripe&type=paid"),
    Row("integrations.event", "GET", READERS, args=EVENT),
    Row("integrations.event_retry", "POST", ADMIN, args=EVENT),
    Row("integrations.shop_receive", "POST", ANYBODY, args=SHOP, also=(400, 404), csrf=False),  # not signed
    Row("integrations.brand_shops", "GET", BRAND | PLATFORM),
    Row("integrations.shop_new", "GET", KEEPERS),
    Row(
        "integrations.shop_create",
        "POST",
        KEEPERS,
        form={"kind": "shopify", "name": "Another", "secret": "a-secret-key", "source": "second"},
    ),
    Row("integrations.shop_buyer", "GET", KEEPERS),
    Row("integrations.shop_buyer_erase", "POST", KEEPERS, form={"buyer": "buyer@example.org"}),
    Row("integrations.shop", "GET", BRAND | PLATFORM, args=SHOP),
    Row("integrations.shop_key_add", "POST", KEEPERS, args=SHOP, form={"secret": "another-secret-key"}),
    Row("integrations.shop_key_remove", "POST", KEEPERS, args=SHOP | {"key": "shop_key"}),
    Row("integrations.shop_off", "POST", KEEPERS, args=SHOP),
    Row("integrations.shop_on", "POST", KEEPERS, args=SHOP, also=(409,)),
    Row("integrations.shop_test", "POST", KEEPERS, args=SHOP),
    Row("integrations.shop_event", "GET", BRAND | PLATFORM, args=SHOP | {"event": "shop_event"}),
    Row("integrations.shop_event_retry", "POST", KEEPERS, args=SHOP | {"event": "shop_event"}),
    Row(
        "integrations.shop_event_ignore",
        "POST",
        KEEPERS,
        args=SHOP | {"event": "shop_event"},
        form={"reason": "It is of a trial."},
    ),
    Row("integrations.event_ignore", "POST", ADMIN, args=EVENT, form={"reason": "It is of a trial."}),
]
