"""What goes when a buyer asks to be forgotten: the content of the events that tell of them.

The books stay: a sale and a refund name an order and, as a keyed hash, a visitor; the law has them kept. That an event
came stays too, so that it is still known when it is sent once more.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from app.database import db, raw
from app.integrations.shops.fields import Json, part, words
from app.integrations.shops.models import Shop
from app.security import Identity
from app.tracking.visitors import buyer, visitor_hash
from app.users.models import Brand
from app.users.trail import record
from config import settings

MARK = text(
    "insert into webhook_erasure (event_id, asked_at) select unnest(cast(:events as bigint[])), :at"
    " on conflict do nothing"
)
MARK_ALL = text(
    "insert into webhook_erasure (event_id, asked_at) select e.id, :at from webhook_body b join webhook_event e"
    " on e.id = b.event_id where shop_id = :shop on conflict do nothing"
)
CLEAR = text(
    "delete from webhook_body b using webhook_erasure w, webhook_event e where w.event_id = b.event_id"
    " and e.id = b.event_id and e.shop_id = :shop and e.status in ('handled', 'ignored')"
)
BODIES = (
    "select e.id, body from webhook_body b join webhook_event e on e.id = b.event_id where shop_id = %(shop)s"
    " and not exists (select from webhook_erasure w where w.event_id = e.id)"
)
AT_ONCE = 500  # bodies in memory


@dataclass(frozen=True)
class Buyer:
    """Whom a request is about: the shop's numbers of orders and its number of the buyer, and the hash of the e-mail
    address as it stands in the sales. What is empty matches nothing."""

    orders: Collection[str] = ()
    number: str = ""
    visitor: str = ""

    def is_told_of(self, told: Json, brand: Brand) -> bool:
        """Whether an event tells of this buyer."""
        if not {str(told.get("id")), str(told.get("order_id"))}.isdisjoint(self.orders):
            return True
        customer = part(told, "customer")
        if self.number and self.number in (str(customer.get("id")), str(told.get("customer_id"))):
            return True
        addresses = [told.get("email"), told.get("contact_email"), customer.get("email")]
        addresses.append(part(told, "billing").get("email"))
        return bool(self.visitor) and any(visitor(brand, words(each)) == self.visitor for each in addresses)


def visitor(brand: Brand, email: str) -> str:
    """The hash of an e-mail address as in the brand's sales, and of such a hash (`hmac:`) itself; empty of none."""
    told = buyer(email)
    return visitor_hash(brand.handle, told, settings().visitor_key.encode()) if told else ""


def erase_buyer(shop: Shop, buyer: Buyer, *, at: datetime) -> int:
    """Deletes the content of the shop's events that tell of the buyer; of those that are not handled yet, as soon as
    they are (clean_bodies). Returns how many there are. The caller commits."""
    found = []
    with raw().cursor(name="bodies") as cursor:
        cursor.itersize = AT_ONCE
        for event, body in cursor.execute(BODIES, {"shop": shop.id}):
            told = json.loads(bytes(body))
            if isinstance(told, dict) and buyer.is_told_of(told, shop.brand):
                found.append(event)
    mark(found, at=at)
    db.session.execute(CLEAR, {"shop": shop.id})
    return len(found)


def erase_asked(brand: Brand, address: str, *, by: Identity, at: datetime) -> int:
    """The same in all shops of the brand, by an e-mail address or its hash, for a person who has been asked."""
    buyer = Buyer(visitor=visitor(brand, address.strip()))
    shops = db.session.scalars(select(Shop).where(Shop.brand_id == brand.id)).all()
    gone = sum(erase_buyer(shop, buyer, at=at) for shop in shops)
    record("erase buyer", "brand", brand.id, by=by, at=at, events=gone)
    return gone


def erase_all(shop: Shop, *, at: datetime) -> None:
    """The same for all that the shop has sent."""
    db.session.execute(MARK_ALL, {"shop": shop.id, "at": at})
    db.session.execute(CLEAR, {"shop": shop.id})


def mark(events: Collection[int], *, at: datetime) -> None:
    """Has the content of events deleted as soon as they are handled."""
    db.session.execute(MARK, {"events": list(events), "at": at})
