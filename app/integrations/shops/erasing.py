"""What goes when a buyer asks to be forgotten: the content of the events that tell of them.

The books stay: a sale and a refund name an order and, as a keyed hash, a visitor; the law has them kept. That an event
came stays too, so that it is still known when it is sent once more.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.database import db, raw
from app.integrations.shops.fields import Json, part, words
from app.integrations.shops.models import Shop
from app.integrations.shops.orders import NoOrder
from app.tracking.visitors import WRITTEN, buyer, visitor_hash
from app.users.models import Brand
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
ASKED = "buyer.erase"  # the type of an event of our own: a person has been asked, and the worker looks for the buyer
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


def asked_of(told: Json) -> Buyer:
    """The buyer of an event of ours (ASKED). NoOrder where it names none."""
    found = words(told.get("visitor"))
    if not WRITTEN.fullmatch(f"hmac:{found}"):
        raise NoOrder("visitor is missing")
    return Buyer(visitor=found)


def erase_all(shop: Shop, *, at: datetime) -> None:
    """The same for all that the shop has sent."""
    db.session.execute(MARK_ALL, {"shop": shop.id, "at": at})
    db.session.execute(CLEAR, {"shop": shop.id})


def mark(events: Collection[int], *, at: datetime) -> None:
    """Has the content of events deleted as soon as they are handled."""
    db.session.execute(MARK, {"events": list(events), "at": at})
