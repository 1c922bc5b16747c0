"""A click on a link: where it leads, and whether it is a touch. One look-up and one insert; nothing is remembered
between clicks, so what was turned off is off at the next one."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

import psycopg
from flask_babel import gettext
from psycopg.rows import dict_row

from app.database import statement
from app.errors import NotFound
from app.tracking import destinations
from app.tracking.clicks import CODE, click_visitor, new_click_id
from app.tracking.domains import local
from app.tracking.models import LinkStatus, Uncounted
from app.tracking.visitors import visitor_hash
from config import settings

Connection = psycopg.Connection[Any]
FLOOD = 60  # clicks on one link from one place in a minute are people; what comes on top is not
leads_to = lru_cache(maxsize=4096)(destinations.leads_to)  # an address says the same each time


@dataclass(frozen=True)
class Clicker:
    """Who clicks, as far as the request says: from which address, as what if not as a person, and the number by which a
    browser is known whose person has agreed to that."""

    address: str
    uncounted: Uncounted | None = None
    number: str | None = None


def follow(connection: Connection, code: str, clicker: Clicker, *, at: datetime) -> str:
    """Where a click on the link leads. It is stored as a touch, or counted as what it is instead; the caller commits,
    or has a connection on which statements stand alone.

    A click of a flood, or outside the contract, goes without code and id: coming back with an order, they would earn
    what the click itself does not. A link that is off leads to the beginning of the shop.

    NotFound where there is no such link, or its address is not at the brand's domains any more.
    """
    link = _found(connection, code.lower(), clicker, at)
    if link is None:
        raise NotFound(gettext("There is no such link: ask whoever gave it to you for another one."))
    domains, click_id = link["domains"], new_click_id()
    off = link["status"] != LinkStatus.WORKING
    if not domains or (not off and leads_to(link["destination"], local=local()) not in domains):
        raise NotFound(gettext("This link leads to an address that is not the shop's any more."))
    kind = uncounted_as(link, clicker)
    _note(connection, link, clicker, click_id, kind, at)
    if off:
        return destinations.home(domains[0], local=local())
    if kind in (Uncounted.FLOOD, Uncounted.UNCOVERED) or not link["covered"]:
        return str(link["destination"])
    return destinations.with_click(link["destination"], code.lower(), click_id)


def uncounted_as(link: dict[str, Any], clicker: Clicker) -> Uncounted | None:
    """Why the click is no touch; None where it is one."""
    if clicker.uncounted:
        return clicker.uncounted
    if link["status"] != LinkStatus.WORKING:
        return Uncounted.TURNED_OFF
    if not link["covered"]:
        return Uncounted.UNCOVERED
    return Uncounted.FLOOD if link["clicks"] > FLOOD else None


def place_of(address: str, at: datetime) -> bytes:
    """Where a click comes from, as a keyed hash that is another one every day. A household has one place by IPv4,
    and by IPv6 the first half of its address."""
    try:
        number = ip_address(address)
        if isinstance(number, IPv6Address):
            address = str(number.ipv4_mapped or int(number) >> 64)
    except ValueError:
        pass  # a name that a proxy tells
    return hmac.digest(settings().visitor_key.encode(), f"place\0{at:%Y-%m-%d}\0{address}".encode(), "sha256")[:8]


def _found(connection: Connection, code: str, clicker: Clicker, at: datetime) -> dict[str, Any] | None:
    if not CODE.fullmatch(code):
        return None
    values = {"code": code, "at": at, "place": None if clicker.uncounted else place_of(clicker.address, at)}
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("app.tracking", "follow"), values).fetchone()


def _note(
    connection: Connection,
    link: dict[str, Any],
    clicker: Clicker,
    click_id: str,
    kind: Uncounted | None,
    at: datetime,
) -> None:
    if kind:
        connection.execute(statement("app.tracking", "tally"), {"id": link["id"], "kind": kind, "at": at})
        return
    visitor = click_visitor(link["handle"], click_id)
    if clicker.number:
        key = settings().visitor_key.encode()
        visitor = bytes.fromhex(visitor_hash(link["handle"], f"browser:{clicker.number}", key))
    values = link | {"click_id": click_id, "visitor": visitor, "at": at}
    connection.execute(statement("app.tracking", "touch_clicked"), values)
