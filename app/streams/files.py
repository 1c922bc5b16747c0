"""Files of channels and streams, and of what platforms say of a stream (spec/formats.md, docs/files.md)."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.csvfiles.cells import AMOUNT, AUDIENCE, COUNT, CURRENCY, DAY, INSTANT, PERCENT, REFERENCE, REFERENCES
from app.csvfiles.kinds import Column, Kind


def _derive_audience(index: Mapping[str, int], _visitor_key: bytes) -> Callable[[list[str]], None]:
    """`NL:62.5|BE:20` as JSON of basis points, as it is stored."""
    at = index["audience_countries"]

    def derive(cells: list[str]) -> None:
        if cells[at]:
            pairs = (part.split(":") for part in cells[at].split("|"))
            cells[at] = json.dumps({country: int(Decimal(percent) * 100) for country, percent in pairs})

    return derive


def _described(name: str, columns: tuple[Column, ...], **about: Any) -> Kind:
    """A kind whose rows change what was stored before them."""
    return Kind(name, "app.streams", columns, store=(f"{name}_store",), update=(f"{name}_update",), **about)


CHANNELS = _described(
    "channels",
    (
        Column("creator", REFERENCE),
        Column("platform", REFERENCE),
        Column("name", REFERENCE),
        Column("categories", REFERENCES, optional=True),
        Column("followers", COUNT, optional=True),
        Column("average_views", COUNT, optional=True),
        Column("average_live_viewers", COUNT, optional=True),
        Column("engagement_percent", PERCENT, optional=True),
        Column("audience_countries", AUDIENCE, optional=True),
        Column("verified_on", DAY, optional=True),
    ),
    key=("creator", "platform", "name"),
    tables=("channel",),
    matched_by=("creator_id", "platform", "name"),
    derive=_derive_audience,
)

STREAMS = Kind(
    "streams",
    "app.streams",
    (
        Column("stream", REFERENCE),
        Column("creator", REFERENCE),
        Column("brand", REFERENCE),
        Column("platform", REFERENCE),
        Column("starts_at", INSTANT),
        Column("ends_at", INSTANT, optional=True),
        Column("skus", REFERENCES, optional=True),
    ),
    key=("stream",),
    tables=("stream",),
    store=("streams_store",),
    by_brand=True,
)

MINUTES = _described(
    "minutes",
    (
        Column("stream", REFERENCE),
        Column("minute", INSTANT),
        Column("viewers", COUNT, optional=True),
        Column("taps", COUNT, optional=True),
        Column("impressions", COUNT, optional=True),
        Column("orders", COUNT, optional=True),
        Column("net_sales", AMOUNT, optional=True),
        Column("currency", CURRENCY, optional=True),
        Column("stock", COUNT, optional=True),
    ),
    key=("stream", "minute"),
    tables=("stream_minute", "stream"),
    matched_by=("stream_id", "minute"),
    by_brand=True,
)

ENGAGEMENT = _described(
    "engagement",
    (
        Column("stream", REFERENCE),
        Column("views", COUNT, optional=True),
        Column("peak_viewers", COUNT, optional=True),
        Column("watch_seconds", COUNT, optional=True),
        Column("reactions", COUNT, optional=True),
        Column("comments", COUNT, optional=True),
        Column("shares", COUNT, optional=True),
    ),
    key=("stream",),
    tables=("stream_engagement", "stream"),
    matched_by=("stream_id",),
    by_brand=True,
)
