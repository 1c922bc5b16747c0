"""Small random markets, as plain facts and in the database: who streamed when, what was sold to whom, what came back.

Everything is drawn from a seed. Facts lie on both sides of the year that counts, sales are decided twice, refunds come
in another money, too late, too high or in an import that was withdrawn; audiences and prices are known or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from psycopg.types.json import Jsonb

from app.database import raw

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
COUNTRIES = ("NL", "BE", "GB", "US", "JP")
BANDS = ("13-17", "18-24", "25-34", "35-44", "45-54", "55+")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Brand:
    """`products` are categories as files name them, by sku; `declared` are codes of nodes."""

    id: int
    country: str
    currency: str
    products: dict[str, str]
    declared: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    platform: str
    followers: int | None
    countries: dict[str, int]
    ages: dict[str, int]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Creator:
    id: int
    country: str
    languages: tuple[str, ...]
    channels: tuple[Channel, ...]
    categories: tuple[str, ...]
    prices: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Show:
    id: int
    creator: int
    brand: int
    starts_at: datetime
    ends_at: datetime | None
    skus: tuple[str, ...]
    contract: bool  # whether one of the two was in force; it asks for 60 minutes


@dataclass(frozen=True)
class Line:
    """A sale line: `owners` are whose it was decided to be, the last one counts; None: the house's."""

    id: int
    brand: int
    owners: tuple[int | None, ...]
    stream: int | None
    order: str
    at: datetime
    visitor: bytes | None
    sku: str
    base: int
    currency: str
    country: str | None
    refunds: tuple[tuple[int, str, datetime, bool], ...]  # amount, currency, when, whether withdrawn


@dataclass
class Facts:
    """All that is known. `answers` are what creators did otherwise: (creator, good, how many events)."""

    brands: list[Brand]
    creators: list[Creator]
    shows: list[Show] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def draw(seed: int) -> Facts:
    """The market of a seed."""
    by = Random(seed)
    words = ("home.lighting", "Kitchen and tableware", "Huidverzorging", "beauty", "Lamps", "")
    brands = [
        Brand(
            1000 + n,
            by.choice(COUNTRIES),
            by.choice(("EUR", "GBP")),
            {f"P{k}": by.choice(words) for k in range(by.randrange(3))},
            by.choice(((), (), ("home",), ("beauty.skincare", "home.kitchen"))),
        )
        for n in range(3)
    ]
    creators = [_creator(by, 1000 + n) for n in range(6)]
    facts = Facts(brands, creators)
    for n in range(by.choice((12, 40, 60))):
        facts.shows.append(_show(by, 1000 + n, facts))
    for n in range(120):
        facts.lines.append(_line(by, 1000 + n, facts))
    return facts


def _creator(by: Random, number: int) -> Creator:
    channels = tuple(
        Channel(
            platform,
            by.choice((None, 0, 10, 1000)),
            by.choice(({}, {"NL": 6000, "BE": 4000}, {"US": 300, "JP": 900})),
            by.choice(({}, {"18-24": 2500, "25-34": 7500})),
            by.choice(((), ("Beauty",), ("home.kitchen", "Gossip"))),
        )
        for platform in by.sample(("tiktok", "youtube", "twitch"), by.randrange(3))
    )
    return Creator(
        number,
        by.choice((*COUNTRIES, "ZZ")),
        by.choice((("nl", "en"), ("ja",), ())),
        channels,
        by.choice(((), ("home.decoration",), ("beauty", "all"))),
        by.choice(((), (("EUR", 5000),), (("EUR", 5000), ("USD", 7000)))),
    )


def _show(by: Random, number: int, facts: Facts) -> Show:
    creator = by.choice(facts.creators[:3])  # few, so that some have many
    starts = UNTIL - by.choice((30, 30, 380)) * 24 * HOUR * by.random() + by.randrange(-1, 2) * HOUR
    length = by.choice((timedelta(minutes=30), HOUR, 2 * HOUR, None))
    brand = facts.brands[number % 2] if by.random() < 0.9 else facts.brands[2]
    skus = by.choice(((), ("P0",)))
    # the contract of the two is either for ever or not at all, so that it can be stored as one
    contract = (creator.id + brand.id) % 4 != 0
    return Show(number, creator.id, brand.id, starts, length and starts + length, skus, contract)


def _line(by: Random, number: int, facts: Facts) -> Line:
    show = by.choice(facts.shows) if by.random() < 0.8 else None
    brand = next(b for b in facts.brands if b.id == show.brand) if show else by.choice(facts.brands)
    owner = show.creator if show else by.choice([None, *(c.id for c in facts.creators)])
    at = (show.starts_at if show else UNTIL - by.random() * 390 * 24 * HOUR) + by.random() * HOUR
    currency = brand.currency if by.random() < 0.85 else "EUR"
    base = by.choice((0, 500, 1000, 12345))
    return Line(
        number,
        brand.id,
        by.choice(((owner,), (owner,), (None, owner), (owner, None))),
        show.id if show and owner else None,
        f"O{number // by.choice((1, 2))}",
        at,
        by.choice((None, b"v1", b"v2", b"v3")),
        by.choice(("P0", "P1", "P9")),
        base,
        currency,
        by.choice((None, *COUNTRIES)),
        tuple(
            (by.choice((100, 900, 99999)), by.choice((currency, "USD")), at + by.choice((1, 9000)) * HOUR, withdrawn)
            for withdrawn in by.choice(((), (), (False,), (True,), (False, False)))
        ),
    )


def store(facts: Facts) -> None:
    """Writes the facts into the database of the current session, in bulk."""
    now = UNTIL
    _insert(
        "brand (id, handle, name, country, currency, timezone, recorded_at)",
        ((b.id, f"b{b.id}", f"B{b.id}", b.country, b.currency, "UTC", now) for b in facts.brands),
    )
    _insert(
        "product (brand_id, sku, name, category, price, currency, commissionable, recorded_at)",
        ((b.id, sku, sku, of, 1, b.currency, True, now) for b in facts.brands for sku, of in b.products.items()),
    )
    nodes = dict(raw().execute("select code, id from node where tree = 'category'").fetchall())
    _insert("brand_category (brand_id, node_id)", ((b.id, nodes[code]) for b in facts.brands for code in b.declared))
    _store_creators(facts, nodes)
    _store_shows(facts)
    _store_lines(facts)


def _store_creators(facts: Facts, nodes: dict[str, int]) -> None:
    _insert(
        "creator (id, handle, name, country, languages, timezone, recorded_at)",
        ((c.id, f"c{c.id}", f"C{c.id}", c.country, list(c.languages), "UTC", UNTIL) for c in facts.creators),
    )
    _insert(
        "channel (creator_id, platform, name, categories, followers, audience_countries, audience_ages, recorded_at)",
        (
            (c.id, h.platform, "x", list(h.categories), h.followers, Jsonb(h.countries), Jsonb(h.ages), UNTIL)
            for c in facts.creators
            for h in c.channels
        ),
    )
    _insert(
        "profile_category (creator_id, node_id)", ((c.id, nodes[code]) for c in facts.creators for code in c.categories)
    )
    _insert(
        "asking_price (creator_id, per, currency, amount)",
        ((c.id, "hour", currency, amount) for c in facts.creators for currency, amount in c.prices),
    )


def _store_shows(facts: Facts) -> None:
    first, last = date(2020, 1, 1), date(2030, 1, 1)
    pairs = sorted({(s.brand, s.creator) for s in facts.shows if s.contract})
    _insert(
        "contract (ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)",
        ((f"K{b}-{c}", b, c, first, last, "UTC", "[2020-01-01,2030-01-02)", UNTIL) for b, c in pairs),
    )
    _insert(
        "stream (id, ref, creator_id, brand_id, platform, starts_at, ends_at, skus, recorded_at)",
        (
            (s.id, f"R{s.id}", s.creator, s.brand, "tiktok", s.starts_at, s.ends_at, list(s.skus), UNTIL)
            for s in facts.shows
        ),
    )


def _store_lines(facts: Facts) -> None:
    _insert(
        "import (id, kind, file_name, sha256, by_name, started_at, finished_at, read_rows, new_rows, withdrawn_at,"
        " withdrawn_by, withdrawn_reason)",
        (
            (n, "refunds", "x", bytes(31) + bytes([n]), "x", UNTIL, UNTIL, 1, 1, gone and UNTIL, gone, gone)
            for n, gone in ((1, None), (2, "x"))
        ),
    )
    _insert(
        "sale (brand_id, id, source, order_ref, line_ref, occurred_at, visitor, sku, quantity, unit_price, base_minor,"
        " currency, country, recorded_at, import_id)",
        (
            (
                x.brand,
                x.id,
                "s",
                x.order,
                str(x.id),
                x.at,
                x.visitor,
                x.sku,
                1,
                1,
                x.base,
                x.currency,
                x.country,
                x.at,
                1,
            )
            for x in facts.lines
        ),
    )
    _insert(
        "refund (brand_id, source, order_ref, line_ref, refund_ref, occurred_at, amount, currency, recorded_at,"
        " import_id)",
        (
            (x.brand, "s", x.order, str(x.id), str(n), at, amount, currency, at, 1 + withdrawn)
            for x in facts.lines
            for n, (amount, currency, at, withdrawn) in enumerate(x.refunds)
        ),
    )
    _insert(
        "decision (brand_id, sale_id, nr, reason, decided_at, stream_id, rule, label, creator_id, contract_id,"
        " terms_id, rate_bps, rate_from, fee_bps, available_on)",
        (
            (x.brand, x.id, nr, "x", x.at, x.stream if owner else None)
            + (("touch", "in_stream", owner, 1, 1, 1000, "x", 0, UNTIL) if owner else (None,) * 9)
            for x in facts.lines
            for nr, owner in enumerate(x.owners, 1)
        ),
    )


def _insert(into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    rows = list(rows)
    if rows:
        values = ", ".join(["%s"] * len(rows[0]))
        with raw().cursor() as cursor:
            cursor.executemany(f"insert into {into} overriding system value values ({values})", rows)
