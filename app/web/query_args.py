"""What the address of a page asks for: days, choices and ids, checked; nonsense marks its field, and is no fault."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext

from app.clock import first_instant
from app.web.filters import BadFilter
from app.web.numbers import read_amount, read_percent, read_whole

Arguments = Mapping[str, str]


def choice(arguments: Arguments, name: str, allowed: Collection[str]) -> str | None:
    """One of `allowed`, or None when nothing is asked for; BadFilter for anything else."""
    value = arguments.get(name, "")
    if value and value not in allowed:
        raise BadFilter(_no_such_choice(), field=name)
    return value or None


def text(arguments: Arguments, name: str) -> str | None:
    """A few words to look for; None when there are none."""
    value = arguments.get(name, "").strip()
    if "\x00" in value or len(value) > 200:
        raise BadFilter(gettext("That can't be looked for: type at most 200 ordinary characters."), field=name)
    return value or None


def day(arguments: Arguments, name: str) -> date | None:
    """A day (YYYY-MM-DD); None when none is given."""
    value = arguments.get(name, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise BadFilter(gettext("That is not a day: write it like 2026-03-29."), field=name) from None


def whole(arguments: Arguments, name: str, most: int = 10**12) -> int | None:
    """A whole number from 0 to `most`, as people write it; None when none is given."""
    value = arguments.get(name, "").strip()
    try:
        number = read_whole(value) if value else None
    except ValueError as error:
        raise BadFilter(str(error), field=name) from None
    if number is not None and number > most:
        raise BadFilter(gettext("That number is too large."), field=name)
    return number


def amount(arguments: Arguments, name: str, currency: str) -> int | None:
    """An amount in major units, as the page prints it (12.50, in Dutch 12,50), as minor ones; None when none is
    given."""
    value = arguments.get(name, "").strip()
    try:
        return read_amount(value, currency) if value else None
    except ValueError as error:
        raise BadFilter(str(error), field=name) from None


def percentage(arguments: Arguments, name: str) -> int | None:
    """A percentage from 0 to 100 in basis points; None when none is given."""
    value = arguments.get(name, "").strip()
    try:
        return read_percent(value) if value else None
    except ValueError as error:
        raise BadFilter(str(error), field=name) from None


def period(arguments: Arguments, zone: str) -> tuple[datetime | None, datetime | None]:
    """The instants from which and before which, of the local days `from` and `to` in `zone`."""
    first, last = day(arguments, "from"), day(arguments, "to")
    for name, given in (("from", first), ("to", last)):
        if given and not 1970 <= given.year <= 2200:
            raise BadFilter(gettext("That day is too far away: choose one between 1970 and 2200."), field=name)
    if first and last and last < first:
        raise BadFilter(gettext("This day lies before the first one: choose the same day or a later one."), field="to")
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
        raise BadFilter(_no_such_choice(), field=name) from None


def _no_such_choice() -> str:
    return str(gettext("This address asks for a choice that does not exist: choose again from the lists."))
