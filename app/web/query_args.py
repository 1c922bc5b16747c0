"""What the address of a page asks for: days, choices and ids, checked; nonsense is a sentence, never a fault."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext

from app.clock import first_instant
from app.errors import BadInput
from app.money import Money

Arguments = Mapping[str, str]


def choice(arguments: Arguments, name: str, allowed: Collection[str]) -> str | None:
    """One of `allowed`, or None when nothing is asked for; BadInput for anything else."""
    value = arguments.get(name, "")
    if value and value not in allowed:
        raise BadInput("This address asks for a choice that does not exist: choose again from the lists.")
    return value or None


def text(arguments: Arguments, name: str) -> str | None:
    """A few words to look for; None when there are none."""
    value = arguments.get(name, "").strip()
    if "\x00" in value or len(value) > 200:
        raise BadInput("That can't be looked for: type at most 200 ordinary characters.")
    return value or None


def day(arguments: Arguments, name: str) -> date | None:
    """A day (YYYY-MM-DD); None when none is given."""
    value = arguments.get(name, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise BadInput("That is not a day: write it like 2026-03-29.") from None


def whole(arguments: Arguments, name: str, most: int = 10**12) -> int | None:
    """A whole number from 0 to `most`; None when none is given."""
    value = arguments.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) <= 15 and int(value) <= most):
        raise BadInput(gettext("“%(text)s” is not a whole number: write it like 5000, without signs.", text=value[:40]))
    return int(value)


def amount(arguments: Arguments, name: str, currency: str) -> int | None:
    """An amount in major units (12.50) as minor ones; None when none is given."""
    value = arguments.get(name, "").strip()
    return Money.of(value, currency).minor if value else None


def period(arguments: Arguments, zone: str) -> tuple[datetime | None, datetime | None]:
    """The instants from which and before which, of the local days `from` and `to` in `zone`."""
    first, last = day(arguments, "from"), day(arguments, "to")
    for given in (first, last):
        if given and not 1970 <= given.year <= 2200:
            raise BadInput("That day is too far away: choose one between 1970 and 2200.")
    return (
        first_instant(first, zone) if first else None,
        first_instant(last + timedelta(days=1), zone) if last else None,
    )


def identifier(arguments: Arguments, name: str) -> UUID | None:
    """A public id; None when none is given."""
    value = arguments.get(name, "")
    try:
        return UUID(value) if value else None
    except ValueError:
        raise BadInput("This address asks for a choice that does not exist: choose again from the lists.") from None
