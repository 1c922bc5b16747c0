"""Rows of the database as the API gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import gettext
from pydantic import BaseModel

from app.api import cursors
from app.api.callers import Caller
from app.api.schemas import ByCreator, Listed, Named, Page
from app.database import raw, rows
from app.errors import NotFound
from app.money import Money, exponent

Item = TypeVar("Item", bound=BaseModel)


def listed(
    name: str,
    caller: Caller,
    asked: Listed,
    item: Callable[[Any], Item],
    page: type[Page[Item]],
    more: Mapping[str, Any] | None = None,
) -> Page[Item]:
    """A page of what sql/`name`.sql finds for the caller's brand."""
    values = _values(caller, asked.limit + 1) | cursors.read(asked.cursor) | dict(more or {})
    values["creator"] = asked.creator if isinstance(asked, ByCreator) else None
    shown, following = cursors.cut(rows(raw(), "app.api", name, values), asked.limit)
    return page(data=[item(row) for row in shown], next=following)


def single(name: str, caller: Caller, number: UUID, item: Callable[[Any], Item]) -> Item:
    """The one of sql/`name`.sql with this id; NotFound when the caller's brand has none."""
    found = rows(raw(), "app.api", name, _values(caller, 1) | {"id": number})
    if not found:
        raise NotFound(gettext("There is nothing at this address, or it is not yours."))
    return item(found[0])


def named(row: Any) -> Named | None:
    """The creator that stands in a row."""
    if row.creator_id is None:
        return None
    return Named(id=row.creator_id, handle=row.creator_handle, name=row.creator_name)


def amount(minor: int, currency: str) -> str:
    """Minor units as an amount of the API: `12.50`."""
    return f"{Money(minor, currency).major():f}"


def percent(bps: int | None) -> str | None:
    """Basis points as a percentage of the API: `7.25`."""
    return None if bps is None else plain(Decimal(bps) / 100)


def price(number: Decimal, currency: str) -> str:
    """A unit price with at least the currency's decimals, and with more where it has more: `0.125`."""
    digits = max(exponent(currency), -int(number.normalize().as_tuple().exponent))
    return f"{number:.{digits}f}"


def plain(number: Decimal) -> str:
    """A number without an exponent, and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _values(caller: Caller, limit: int) -> dict[str, Any]:
    nothing = dict.fromkeys(("id", "creator", "key_at", "key_id"))
    return nothing | {"brand": caller.brand_id, "at": caller.at, "limit": limit}
