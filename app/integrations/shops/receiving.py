"""Taking in what a shop delivers: proved by one of its keys, then kept for the worker. Two statements in all, as a
stream that sells makes hundreds of deliveries a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from app.database import rows
from app.integrations import inbox
from app.integrations.shops import keys, signing
from app.integrations.shops.models import Shop
from app.integrations.shops.sources import SHOPS
from app.integrations.source import Headers, Reading

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Door:
    """Where a shop delivers: which it is, and the keys by which it may prove itself, by their numbers."""

    shop_id: int
    kind: str
    app_key: str
    keys: Sequence[tuple[int, str]]


def door_at(connection: Connection, address: UUID) -> Door | None:
    """The door at an address; None where there is none, or its shop is disconnected."""
    found = rows(connection, "app.integrations", "shop_receiving", {"shop": address})
    if not found:
        return None
    (row,) = found
    return Door(row.id, row.kind, row.app_key, keys.readable(zip(row.key_ids, row.sealed, strict=True)))


def door_of(shop: Shop) -> Door:
    """The door of a shop."""
    return Door(shop.id, shop.kind, shop.app_key, keys.opened(shop))


def receive(connection: Connection, door: Door, body: bytes, headers: Headers, *, at: datetime) -> bool:
    """Keeps what a shop has sent, for the worker; False when it is here already. The caller commits, or has a
    connection on which statements stand alone. Raises Refused for a wrong signature and what can't be read."""
    scheme = signing.SCHEMES[door.kind]
    key = signing.proved_by(scheme, door.keys, body, headers, door.app_key)
    reading = signing.read(scheme, body, headers, at=at)
    kept = {name: headers[name] for name in scheme.kept if name in headers}
    return keep(connection, door, reading, body, kept, at=at, key_id=key)


def keep(
    connection: Connection,
    door: Door,
    reading: Reading,
    body: bytes,
    headers: Headers,
    *,
    at: datetime,
    key_id: int | None = None,
) -> bool:
    """Keeps an event that is known to be the shop's; False when it is here already."""
    own = Reading(f"{door.shop_id}:{reading.event_id}", reading.type, reading.happened_at, reading.livemode)
    return inbox.keep(connection, SHOPS[door.kind], own, body, headers, at=at, shop_id=door.shop_id, key_id=key_id)


def counted_as(kind: str, shop_id: int) -> str:
    """What the refused deliveries of a shop are counted under."""
    return f"{kind} {shop_id}"
