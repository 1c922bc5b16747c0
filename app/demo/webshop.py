"""The web shop of the demo's first brand, connected as a real one is: links that lead to it, clicks on them, orders
that come in signed, some that the brand could not send, and one that a creator misses."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db, raw
from app.demo import traffic
from app.demo.market import BRANDS, DEALS, DemoBrand
from app.integrations.handling import handle_batch
from app.integrations.shops import connecting, receiving, signing
from app.integrations.shops.models import Shop, ShopKind
from app.sales.disputes import exchange
from app.sales.disputes.exchange import Said
from app.security import Identity
from app.tracking import domains, links
from app.tracking.following import Clicker, follow
from app.tracking.links import LinkDraft
from app.tracking.models import Link
from app.users.models import Brand

BRAND = BRANDS[0]
SINCE = timedelta(days=6)  # when shop and links began
CLICKS, BUYS = 60, 0.3  # on each link, and how many of them end in an order
KEY = "key-of-an-invented-shop"
LINKS = (  # contract, code, product, where it is shown
    (DEALS[0].ref, "mira-arc-lamp", "LH-ARC", "Under the video"),
    (DEALS[0].ref, "mira-strings", "LH-STRING", "Profile"),
    (DEALS[1].ref, "dekbed-pebble", "LH-PEBBLE", "Story"),
)


def connect(person_of: Callable[[str], Identity], now: datetime) -> None:
    """Tells of the last days of shop and links, up to `now`."""
    begun, owner = now - SINCE, person_of("brand@demo.example")
    brand = db.session.scalars(select(Brand).where(Brand.handle == BRAND.handle)).one()
    domain = domains.add(brand, f"{BRAND.handle}.example", by=owner, at=begun)
    draft = connecting.ShopDraft(ShopKind.SHOPIFY, f"{BRAND.name} webshop", KEY)
    shop = connecting.connect(brand, draft, by=owner, at=begun)
    for ref, code, sku, label in LINKS:
        contract = db.session.scalars(select(Contract).where(Contract.ref == ref)).one()
        agent = person_of("creator@demo.example" if "mira" in code else "agency@demo.example")
        address = f"https://{domain}/products/{sku.lower()}"
        link = links.create(contract, LinkDraft(address, code, sku=sku, label=label), by=agent, at=begun)
        for number, (clicked_at, address) in enumerate(_clicks(link, begun, now)):
            chance = traffic.dice(f"{code}-{number}")
            if chance.random() < BUYS:
                _order(shop, f"{code}-{number}", link, clicked_at, address, chance, now)
    _miss(brand, person_of, now)


def _clicks(link: Link, begun: datetime, now: datetime) -> Iterator[tuple[datetime, str]]:
    """The clicks on a link, in their order: when, and where they led."""
    chance = traffic.dice(link.code)
    for at in sorted(begun + (now - begun) * chance.random() for _ in range(CLICKS)):
        yield at, follow(raw(), link.code, Clicker(f"192.0.2.{chance.randint(1, 250)}"), at=at)


def _order(
    shop: Shop, number: str, link: Link, clicked_at: datetime, address: str, chance: random.Random, now: datetime
) -> None:
    """An order some time after the click; a few are sent back in part, and one the shop could not send."""
    at = clicked_at + timedelta(minutes=chance.randint(3, 900))
    if at >= now - timedelta(hours=1):
        return
    order = _written(BRAND, number, link, address, chance, at)
    _deliver(shop, "orders/paid", order, at)
    later = at + timedelta(minutes=50)
    if number.endswith("7"):
        cancelled = {"cancelled_at": later.isoformat(), "cancel_reason": "inventory", "updated_at": later.isoformat()}
        back = {"id": f"{_number(number)}9", "created_at": later.isoformat(), "refund_line_items": _all_of(order)}
        _deliver(shop, "orders/cancelled", order | cancelled | {"refunds": [back]}, later)


def _written(
    brand: DemoBrand, number: str, link: Link, address: str, chance: random.Random, at: datetime
) -> dict[str, Any]:
    """An order as Shopify writes it; the address by which the buyer came stands in it."""
    way = urlsplit(address)
    name, price = next((name, price) for sku, name, price in brand.products if sku == link.sku)
    key, pieces = _number(number), chance.choice([1, 1, 2])
    line = {"id": f"{key}1", "sku": link.sku, "name": name, "quantity": pieces, "price": price}
    return {
        "id": key,
        "name": f"#{key[-5:]}",
        "email": f"{number}@buyers.example",
        "created_at": at.isoformat(),
        "updated_at": at.isoformat(),
        "financial_status": "paid",
        "currency": brand.currency,
        "landing_site": f"{way.path}?{way.query}" if parse_qs(way.query) else way.path,
        "line_items": [line],
        "refunds": [],
        "shipping_address": {"country_code": brand.country},
    }


def _all_of(order: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"line_item_id": line["id"], "quantity": line["quantity"], "subtotal": float(line["price"]) * line["quantity"]}
        for line in order["line_items"]
    ]


def _number(text: str) -> str:
    """A number as shops count, always the same for the same text."""
    return str(10**12 + int(hashlib.sha256(text.encode()).hexdigest()[:9], 16))


def _deliver(shop: Shop, topic: str, told: dict[str, Any], at: datetime) -> None:
    """Sends it as the shop would, signed, and has it handled."""
    body = json.dumps(told).encode()
    headers = signing.SCHEMES[shop.kind].headers(body, KEY, shop.app_key, f"{topic}-{told['id']}", topic)
    receiving.receive(raw(), receiving.door_of(shop), body, headers, at=at)
    handle_batch(at=at)


def _miss(brand: Brand, person_of: Callable[[str], Identity], now: datetime) -> None:
    """A creator misses an order; the brand has to answer."""
    at, by = now - timedelta(hours=9), person_of("creator@demo.example")
    creator = db.session.scalars(select(Contract).where(Contract.ref == DEALS[0].ref)).one().creator
    said = Said("A viewer wrote me that she ordered with my link on her phone and paid on her laptop.")
    exchange.open_about_missing(creator, brand, "#48210", at.date(), said, by=by, at=at)
