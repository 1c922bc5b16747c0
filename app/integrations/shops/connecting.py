"""Connecting a brand's shops, turning them off and on, and trying whether their events arrive."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.exc import IntegrityError

from app.database import db, lock, raw
from app.errors import BadInput, Conflict, NotFound
from app.integrations import inbox
from app.integrations.models import EventStatus, WebhookEvent
from app.integrations.shops import erasing, keys, receiving, signing
from app.integrations.shops.models import Shop, ShopDoubt, ShopKind, ShopStatus
from app.integrations.source import Reading
from app.sales.cancellations import BY_BRAND
from app.security import Identity
from app.tracking.clicks import clicks_since
from app.transitions import move
from app.users.models import Brand
from app.users.trail import record
from config import settings

LONGEST_NAME = 100
ASKED = timedelta(days=30)  # orders of these days tell whether the shop says how its buyers came
ENOUGH = 5  # orders without a word on that before it is said
SHOWN = 20  # events and doubts on a shop's page
SOURCES: dict[str, str] = {ShopKind.TIKTOK_SHOP: "tiktok-shop"}  # as exports call their orders; others: the kind
TEST_TOPICS: dict[str, str] = {ShopKind.SHOPIFY: "orders/create", ShopKind.WOOCOMMERCE: "order.created"}
TOPICS: dict[str, Sequence[str]] = {
    ShopKind.SHOPIFY: ("Order creation", "Order payment", "Order update", "Order cancellation", "Refund create"),
    ShopKind.WOOCOMMERCE: ("Order created", "Order updated", "Order deleted", "Order restored"),
    ShopKind.TIKTOK_SHOP: ("Order status change", "Cancellation"),
}


@dataclass(frozen=True)
class ShopDraft:
    """A shop to connect. `source` is what its orders are called in the sales; empty: as its kind."""

    kind: str
    name: str
    secret: str
    source: str = ""
    app_key: str = ""


@dataclass(frozen=True)
class Standing:
    """How a shop stands: orders of the last days, those of which it said how the buyer came, our clicks meanwhile, and
    orders that the brand itself had to cancel."""

    orders: int
    attributed: int
    clicks: int
    cancelled: int
    by_brand: int

    @property
    def is_silent(self) -> bool:
        """Whether the shop seems to record no visits at all; that proves nothing of any order."""
        return self.orders >= ENOUGH and not self.attributed


def connect(brand: Brand, draft: ShopDraft, *, by: Identity, at: datetime) -> Shop:
    """Makes a shop with its first key. BadInput for a name or key that can be none, Conflict where the brand has a shop
    whose orders are called the same."""
    name = " ".join(draft.name.split())
    source = " ".join(draft.source.split()) or SOURCES.get(draft.kind, draft.kind)
    if not 1 <= len(name) <= LONGEST_NAME or len(source) > 128:
        raise BadInput(gettext("Write a name of at most %(most)s characters.", most=LONGEST_NAME))
    if draft.kind == ShopKind.TIKTOK_SHOP and not draft.app_key.strip():
        raise BadInput(gettext("TikTok signs with the app's key too: copy it from the partner centre."))
    row = Shop(brand_id=brand.id, kind=draft.kind, name=name, source=source, app_key=draft.app_key.strip()[:200])
    row.status, row.status_at, row.made_by, row.made_at = ShopStatus.CONNECTED, at, by.person_id, at
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        sentence = gettext(
            "The orders of another shop of yours are called “%(source)s”: choose another word.", source=source
        )
        raise Conflict(sentence) from error
    keys.add(row, draft.secret, by=by, at=at)
    record("connect", "shop", row.id, by=by, at=at, shop=name, kind=draft.kind)
    return row


def turn(shop: Shop, status: ShopStatus, *, by: Identity, at: datetime) -> None:
    """Takes deliveries in again, or no more. WrongStatus where it is so already."""
    shop = lock(shop)
    move(shop, status)
    shop.status_at = at
    record("turn", "shop", shop.id, by=by, at=at, status=status)


def send_test(shop: Shop, *, at: datetime) -> None:
    """Has an order of nobody go the way of a real one, signed with the shop's first key; nothing is sold by it.
    Conflict where there is no key."""
    opened = keys.opened(shop)
    if not opened:
        raise Conflict(gettext("The shop has no key: add one first."))
    scheme = signing.SCHEMES[shop.kind]
    number = f"test-{secrets.token_hex(8)}"
    body = json.dumps(_sample(shop.kind, number, at)).encode()
    topic = TEST_TOPICS.get(shop.kind, "")
    headers = scheme.headers(body, opened[0][1], shop.app_key, number, topic)
    receiving.receive(raw(), receiving.door_of(shop), body, headers, at=at)
    inbox.wake(raw())


def erase_buyer(brand: Brand, address: str, *, by: Identity, at: datetime) -> int:
    """Has the worker erase what the brand's shops have sent of a buyer, by an e-mail address or its hash: there may be
    hundreds of thousands of events to look through. Returns in how many shops."""
    shops = shops_of(brand)
    body = json.dumps({"visitor": erasing.visitor(brand, address)}).encode()
    for shop in shops:
        wish = Reading(f"erase-{secrets.token_hex(8)}", erasing.ASKED, at, True)
        receiving.keep(raw(), receiving.door_of(shop), wish, body, {}, at=at)
    inbox.wake(raw())
    record("erase buyer", "brand", brand.id, by=by, at=at, shops=len(shops))
    return len(shops)


def shops_of(brand: Brand) -> Sequence[Shop]:
    """The brand's shops, connected ones first."""
    query = (
        select(Shop)
        .where(Shop.brand_id == brand.id)
        .order_by(Shop.status == ShopStatus.DISCONNECTED, Shop.name, Shop.id)
    )
    return db.session.scalars(query).all()


def shop_of(brand: Brand, public_id: UUID) -> Shop:
    """One shop of the brand. NotFound."""
    row = db.session.scalar(select(Shop).where(Shop.public_id == public_id, Shop.brand_id == brand.id))
    if row is None:
        raise NotFound(gettext("There is no such shop, or it is not yours."))
    return row


def events_of(shop: Shop) -> Select[WebhookEvent]:
    """The shop's events, the latest first."""
    query = select(WebhookEvent).where(WebhookEvent.shop_id == shop.id)
    return query.order_by(WebhookEvent.received_at.desc(), WebhookEvent.id.desc())


def event_of(shop: Shop, public_id: UUID) -> WebhookEvent:
    """One event of the shop. NotFound."""
    row = db.session.scalar(events_of(shop).where(WebhookEvent.public_id == public_id))
    if row is None:
        raise NotFound(gettext("There is no such event."))
    return row


def unhandled(shop: Shop) -> int:
    """How many of its events need a person."""
    stuck = select(func.count()).where(WebhookEvent.shop_id == shop.id, WebhookEvent.status == EventStatus.STUCK)
    return db.session.scalar(stuck) or 0


def last_received(shops: Sequence[Shop]) -> dict[int, datetime]:
    """When each of the shops last sent something."""
    query = select(WebhookEvent.shop_id, func.max(WebhookEvent.received_at)).where(
        WebhookEvent.shop_id.in_([shop.id for shop in shops])
    )
    return {shop: at for shop, at in db.session.execute(query.group_by(WebhookEvent.shop_id)) if shop is not None}


def doubts_of(shop: Shop) -> Select[ShopDoubt]:
    """What was not understood, the latest first."""
    query = select(ShopDoubt).where(ShopDoubt.shop_id == shop.id)
    return query.order_by(ShopDoubt.noted_at.desc(), ShopDoubt.id.desc())


def standing(shop: Shop, *, at: datetime) -> Standing:
    """How the shop stands as of `at`."""
    values: dict[str, Any] = {"shop": shop.id, "brand": shop.brand_id, "source": shop.source, "since": at - ASKED}
    orders = raw().execute(
        "select count(*), count(*) filter (where attributed) from shop_order"
        " where shop_id = %(shop)s and seen_at >= %(since)s", values
    ).fetchone()  # fmt: skip
    cancelled = raw().execute(
        "select count(*), count(*) filter (where reason = any (%(theirs)s)) from order_cancellation"
        " where brand_id = %(brand)s and source = %(source)s", values | {"theirs": list(BY_BRAND)}
    ).fetchone()  # fmt: skip
    (told, attributed), (gone, own) = orders or (0, 0), cancelled or (0, 0)
    return Standing(told, attributed, clicks_since(shop.brand_id, at - ASKED), gone, own)


def refusals(shop: Shop, *, at: datetime) -> Sequence[Row[Any]]:
    """Deliveries of the last days that were refused: reason, count and the last instant."""
    query = text(
        "select reason, sum(count)::bigint count, max(last_at) last_at from webhook_refusal"
        " where source = :source and last_at >= :since group by reason order by reason"
    )
    return db.session.execute(
        query, {"source": receiving.counted_as(shop.kind, shop.id), "since": at - timedelta(days=7)}
    ).all()


def address_of(shop: Shop) -> str:
    """Where the shop has to deliver."""
    return settings().address_of(f"/webhooks/shops/{shop.public_id}")


def _sample(kind: str, number: str, at: datetime) -> dict[str, Any]:
    """An order that is none: a test at Shopify, an unpaid one at WooCommerce."""
    now = at.astimezone(UTC).isoformat()
    if kind == ShopKind.SHOPIFY:
        return {"id": number, "name": number, "test": True, "currency": "EUR", "created_at": now, "line_items": []}
    if kind == ShopKind.WOOCOMMERCE:
        about = {"id": number, "number": number, "status": "pending", "currency": "EUR", "line_items": []}
        return about | {"date_created_gmt": now, "date_modified_gmt": now}
    data = {"order_id": number, "order_status": "UNPAID", "update_time": int(at.timestamp())}
    return {"type": 1, "tts_notification_id": number, "data": data}
