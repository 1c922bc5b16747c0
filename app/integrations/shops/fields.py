"""Reading the JSON of shops, whose numbers are now texts and now numbers, and whose fields may be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from app.csvfiles.cells import COUNTRIES
from app.integrations.shops.orders import NoOrder, Visit
from app.tracking.clicks import CLICK_ID, CODE
from app.tracking.destinations import SOURCE
from app.tracking.visitors import buyer

Json = Mapping[str, Any]
Told = TypeVar("Told")


def reckoned(read: Callable[[Json], Told], told: Json) -> Told:
    """What `read` makes of the content; NoOrder where its numbers are beyond any that can be reckoned with."""
    try:
        return read(told)
    except (ArithmeticError, ValueError, RecursionError) as error:
        raise NoOrder("a number is beyond what an order can have") from error


def amount(told: Any, what: str) -> Decimal:
    """A sum of money, from `"12.50"` or `12.5`; nothing is zero. NoOrder for anything else."""
    if told is None or told == "":
        return Decimal()
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        raise NoOrder(f"{what} is no amount")
    try:
        value = Decimal(str(told))
    except InvalidOperation:
        raise NoOrder(f"{what} is no amount") from None
    if not value.is_finite() or abs(value) > Decimal(10) ** 15:
        raise NoOrder(f"{what} is no amount")
    return value


def count(told: Any, what: str) -> int:
    """A whole number; NoOrder for anything else."""
    if isinstance(told, bool) or not isinstance(told, int | str) or not str(told).removeprefix("-").isdecimal():
        raise NoOrder(f"{what} is no whole number")
    return int(told)


def number(told: Any, what: str) -> str:
    """The shop's own number for something, as a text; NoOrder where there is none."""
    text = "" if isinstance(told, bool) or not isinstance(told, int | str) else words(str(told), 128)
    if not text:
        raise NoOrder(f"{what} is missing")
    return text


def instant(told: Any, what: str, *, utc: bool = False) -> datetime:
    """An instant of ISO 8601; without a zone it is UTC where the shop says so (`utc`). NoOrder for anything else."""
    try:
        read = datetime.fromisoformat(str(told).replace("-00:00", "+00:00"))
        if read.tzinfo is None and not utc:
            raise ValueError
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NoOrder(f"{what} is no instant") from None


def objects(told: Any) -> list[Json]:
    """The objects of a list; none where it is no list."""
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def part(told: Json, name: str) -> Json:
    """The object under a name; empty where there is none."""
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def words(told: Any, most: int = 200) -> str:
    """A text on one line, without signs that can't be printed; empty for anything else."""
    if not isinstance(told, str):
        return ""
    return "".join(sign for sign in " ".join(told.split()) if sign.isprintable())[:most]


def email(told: Any) -> str:
    """The buyer's address, as it is hashed; nothing else passes for one."""
    text = buyer(words(told, 320))
    return text if "@" in text else ""


def country(*addresses: Json, name: str) -> str:
    """The country of the first address that has one; empty where none has."""
    codes = (words(each.get(name)).upper() for each in addresses)
    return next((code for code in codes if code in COUNTRIES), "")


def visit(addresses: Iterable[tuple[str, str]], named: Mapping[str, str]) -> Visit | None:
    """Our link among what a shop has recorded: (field, address) pairs, and parameters it keeps by name. The click id
    counts only where `utm_source` is ours; a `ref` alone is a code."""
    for field, address in addresses:
        try:
            query = parse_qs(urlsplit(address).query)
        except ValueError:
            continue
        found = _visit({name: values[-1] for name, values in query.items()}, field)
        if found:
            return found
    return _visit(named, "")


def _visit(told: Mapping[str, str], field: str) -> Visit | None:
    """The visit that parameters tell of. Its evidence are those that are ours, and no more of what a shop writes down
    of its buyers: a landing address may hold an e-mail address."""
    click = told.get("utm_content", "") if told.get("utm_source") == SOURCE else ""
    code = told.get("ref", "")
    if not click and not code:
        return None
    own = [f"ref={code}"] if CODE.fullmatch(code.lower()) else []
    if CLICK_ID.fullmatch(click):
        own += [f"utm_source={SOURCE}", f"utm_content={click}"]
    evidence = "&".join(own)
    return Visit(click or None, code or None, f"{field}: {evidence}" if field and own else evidence)
