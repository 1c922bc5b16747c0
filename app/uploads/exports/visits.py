"""Visits by a link of ours that a shop has recorded with an order: the address by which the buyer came, or what the
shop has kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from urllib.parse import parse_qs, urlsplit

from app.csvfiles.tables import Row
from app.tracking.clicks import CLICK_ID, CODE, ShopVisit, record_shop_visits
from app.uploads.exports.flags import Flags
from app.uploads.exports.instants import NoInstant, instant
from app.uploads.exports.order_rows import MOST_ROWS, Rows, exact_number
from app.uploads.exports.reading import Reading
from app.users.models import Brand

BATCH = 1_000
FIELDS = ("attributes", "landing", "click")
ATTRIBUTE = re.compile(
    r"(?:^|\s)(?P<name>utm_content|ref)\s*[:=]\s*(?P<value>[0-9A-Za-z-]{1,32})(?=$|\s)", re.IGNORECASE
)
ADDRESS = re.compile(r"(?:https?:/)?/\S*\?\S+")


def visitors_of(reading: Reading, brand: Brand, rows: Iterable[Row], *, flags: Flags, at: datetime) -> dict[str, str]:
    """By order number the visitor who came by a link of the brand; the visits are stored, each once however often it is
    told. Only these orders are held in memory."""
    visitors: dict[str, str] = {}
    found = _visits(reading, rows)
    while batch := list(islice(found, BATCH)):
        answers = record_shop_visits(brand.id, [visit for _order, visit in batch], at=at)
        for (order, _visit), visitor in zip(batch, answers, strict=True):
            if visitor:
                visitors[order] = visitor
                flags.put("visits", order)
    return visitors


def _visits(reading: Reading, rows: Iterable[Row]) -> Iterator[tuple[str, ShopVisit]]:
    reader = Rows(reading, Flags())
    own = (row for row in rows if row[0] > reading.begins)
    for order, group in groupby(own, key=lambda row: reader.cell(row[1], "order")):
        origin = [row for row, _nr in zip(group, range(MOST_ROWS), strict=False)]
        told = [reader.first(origin, name)[1] for name in FIELDS]
        visited_at = _instant(reader, reading, origin)
        if order and visited_at and any(told) and (visit := visit_of(told, visited_at)):
            yield exact_number(order), visit


def visit_of(told: Sequence[str], visited_at: datetime) -> ShopVisit | None:
    """The visit that attributes of an order, its landing page and a click id tell of; None where they tell of none."""
    click, code, evidence = "", "", []
    for text in told:
        if CLICK_ID.fullmatch(text):
            click = click or text
        for part in (text, *(_query(address) for address in ADDRESS.findall(text))):
            for match in ATTRIBUTE.finditer(part):
                name, value = match["name"].lower(), match["value"]
                if name == "utm_content" and not click and CLICK_ID.fullmatch(value):
                    click = value
                elif name == "ref" and not code and CODE.fullmatch(value.lower()):
                    code = value
                else:
                    continue
                evidence.append(f"{name}={value}")  # and no more of what a shop writes down of its buyers
    return ShopVisit(click or None, code or None, visited_at, "&".join(evidence)) if click or code else None


def _query(address: str) -> str:
    """The parameters of an address, as attributes."""
    try:
        asked = parse_qs(urlsplit(address).query)
    except ValueError:
        return ""
    return "\n".join(f"{name}: {values[0]}" for name, values in asked.items() if name in ("ref", "utm_content"))


def _instant(reader: Rows, reading: Reading, origin: Sequence[Row]) -> datetime | None:
    """When it was ordered: the shop does not say when the buyer came."""
    first = {"day": True, "month": False}.get(reading.day_first)
    try:
        return instant(reader.first(origin, "occurred_at")[1], reading.zone, day_first=first)
    except NoInstant:
        return None
