"""What happens in the demo market: shows, who came by, what was sold, what was sent back.

Deterministic: the same day gives the same market. Rows carry their instant, so a part of the past can be cut out.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.demo.market import BRANDS, DAYS_BACK, DEALS, UNLUCKY, Deal, DemoBrand, Row

BRAND = {brand.handle: brand for brand in BRANDS}
SHOW = timedelta(hours=2)
BUYERS = (25, 75)  # around a show
REFUNDED = 0.09  # of the sales of most shows


@dataclass(frozen=True)
class Fact:
    """A row of a file of this kind, and when it happened."""

    kind: str  # touches, sales, refunds
    brand: str
    at: datetime
    row: Row


@dataclass(frozen=True)
class Show:
    """A stream of a deal; `live` has no end yet."""

    ref: str
    deal: Deal
    starts_at: datetime
    live: bool = False

    @property
    def ends_at(self) -> datetime:
        """The end, also of one that still runs."""
        return self.starts_at + SHOW

    def row(self) -> Row:
        """The row of the file of streams."""
        products = BRAND[self.deal.brand].products
        return {
            "stream": self.ref,
            "creator": self.deal.creator,
            "brand": self.deal.brand,
            "platform": "tiktok",
            "starts_at": stamp(self.starts_at),
            "ends_at": "" if self.live else stamp(self.ends_at),
            "skus": "|".join(sku for sku, _name, _price in products[:3]),
        }


def shows(now: datetime) -> list[Show]:
    """Every show from the beginning of the market's past to now; the last one is live."""
    today = now.date()
    evenings = []
    for number, deal in enumerate(DEALS):
        every = 30 // deal.shows
        last = 60 if deal.creator == UNLUCKY else 0
        for back in range(DAYS_BACK - 2 - number % every, last, -every):
            evenings.append(_evening_show(deal, today - timedelta(days=back)))
    earlier_today = Show(f"{DEALS[3].ref}-{today:%m%d}", DEALS[3], now - timedelta(hours=5))
    live = Show(f"{DEALS[1].ref}-{today:%m%d}-LIVE", DEALS[1], now - timedelta(minutes=35), live=True)
    return [*sorted(evenings, key=lambda show: show.starts_at), earlier_today, live]


def _evening_show(deal: Deal, day: date) -> Show:
    zone = ZoneInfo(BRAND[deal.brand].timezone)
    hour = 18 + sum(map(ord, deal.ref)) % 3
    return Show(f"{deal.ref}-{day:%m%d}", deal, datetime.combine(day, time(hour, 30), zone).astimezone(UTC))


def facts(now: datetime) -> list[Fact]:
    """Everything that has happened up to now, in order."""
    all_facts = [fact for show in shows(now) for fact in around(show)]
    all_facts += [fact for brand in BRANDS for fact in _on_their_own(brand, now)]
    return sorted((fact for fact in all_facts if fact.at < now), key=lambda fact: fact.at)


def around(show: Show) -> Iterator[Fact]:
    """What a show brings: visits and sales during it, by its replay, by code, days later; and what is sent back."""
    chance = dice(show.ref)
    for number in range(chance.randint(*BUYERS)):
        yield from one_buyer(show, f"{show.ref}-{number}", chance)


def one_buyer(show: Show, order: str, chance: random.Random, at: datetime | None = None) -> Iterator[Fact]:
    """One buyer's visit, order and refund; the order at `at` when it is given, else whenever the way implies."""
    way = chance.choices(["checkout", "visit", "later", "code", "replay"], [35, 25, 20, 12, 8])[0]
    during = show.starts_at + SHOW * chance.random()
    visitor = f"v-{order}"
    if way in ("visit", "later"):
        visited = (at or during) - timedelta(minutes=chance.randint(2, 25))
        yield visit(show, visitor, max(visited, show.starts_at))
    when = {
        "later": during + timedelta(hours=chance.randint(3, 24 * (show.deal.window + 3))),
        "code": during + timedelta(hours=chance.randint(1, 72)),
        "replay": show.ends_at + timedelta(hours=chance.randint(1, 60)),
    }.get(way, during)
    sold = _order(BRAND[show.deal.brand], order, at or when, chance)
    if way in ("checkout", "replay"):
        sold.row["checkout_stream"] = show.ref
    elif way == "code":
        sold.row["coupon"] = show.deal.code
    else:
        sold.row["visitor"] = visitor
    yield sold
    yield from sent_back(sold, chance, everything=show.deal.creator == UNLUCKY)


def visit(show: Show, visitor: str, at: datetime) -> Fact:
    """Somebody came by the show's link."""
    row = {"brand": show.deal.brand, "touch": f"t-{visitor}", "visitor": visitor, "creator": show.deal.creator}
    return Fact("touches", show.deal.brand, at, {**row, "stream": show.ref, "occurred_at": stamp(at)})


def sent_back(sold: Fact, chance: random.Random, *, everything: bool = False) -> Iterator[Fact]:
    """The refund of an order, if there is one: all of it or a part, days later."""
    days = timedelta(days=chance.randint(30, 40) if everything else chance.randint(1, 12), hours=chance.random() * 9)
    if not everything and chance.random() > REFUNDED:
        return
    whole = int(sold.row["quantity"]) * Decimal(sold.row["unit_price"]) - Decimal(sold.row["discount"] or 0)
    amount = whole if everything or chance.random() < 0.7 else (whole / 2).quantize(Decimal("0.01"))
    row = {name: sold.row[name] for name in ("brand", "source", "order", "line", "currency")}
    row |= {"refund": f"R-{row['order']}", "occurred_at": stamp(sold.at + days), "quantity": "", "amount": f"{amount}"}
    if amount > 0:
        yield Fact("refunds", sold.brand, sold.at + days, row)


def _on_their_own(brand: DemoBrand, now: datetime) -> Iterator[Fact]:
    """Orders that nobody brought."""
    chance = dice(brand.handle)
    for number in range(DAYS_BACK * 2):
        at = now - timedelta(days=DAYS_BACK) + timedelta(days=number / 2, hours=chance.random() * 12)
        sold = _order(brand, f"{brand.handle.upper()}-WEB-{number}", at, chance)
        yield sold
        yield from sent_back(sold, chance)


def _order(brand: DemoBrand, order: str, at: datetime, chance: random.Random) -> Fact:
    sku, name, price = chance.choice(brand.products)
    quantity = chance.choices([1, 2, 3], [80, 15, 5])[0]
    discount = f"{Decimal(price) / 10:.2f}" if chance.random() < 0.15 else ""
    row = {
        "brand": brand.handle,
        "source": "webshop",
        "order": order_number(order),
        "line": "1",
        "occurred_at": stamp(at),
        "visitor": "",
        "sku": sku,
        "description": name,
        "quantity": str(quantity),
        "unit_price": price,
        "discount": discount,
        "currency": brand.currency,
        "country": brand.country,
        "coupon": "",
        "checkout_stream": "",
    }
    return Fact("sales", brand.handle, at, row)


def order_number(name: str) -> str:
    """A number as web shops give out, always the same for the same order: `7KQ3-X2MD`."""
    letters = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return f"{letters[:4]}-{letters[4:8]}"


def dice(seed: str) -> random.Random:
    """Chance that falls the same way for the same seed."""
    return random.Random(seed)  # noqa: S311 - an invented market, no secret # nosec B311


def stamp(at: datetime) -> str:
    """An instant as the files write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
