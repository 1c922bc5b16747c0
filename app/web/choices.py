"""The options of lists that several rooms show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from app.words import word


def options(names: Iterable[str]) -> list[tuple[str, str]]:
    """Words of the database as the options of a list, after "any"."""
    return [("", str(gettext("Any"))), *((name, word(name)) for name in names)]


def named(things: Iterable[Any]) -> list[tuple[str, str]]:
    """Brands or creators as the options of a list, after "any"."""
    return [("", str(gettext("Any"))), *((str(thing.public_id), thing.name) for thing in things)]


def by_name(codes: Iterable[str], name: Callable[[str], str]) -> list[SelectChoice]:
    """Codes as the options of a list, in the order of their names in the reader's language."""
    return [SelectChoice(code, text) for text, code in sorted((name(code), code) for code in codes)]


@cache
def zones() -> list[SelectChoice]:
    """The time zones people choose from: those with a place in them, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [SelectChoice(name, name.replace("_", " ")) for name in ["UTC", *names]]
