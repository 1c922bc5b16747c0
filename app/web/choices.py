"""How the desks show what the product's filters have no word for: unit prices, choices, the days of a chart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext

from app.words import word


def options(names: Iterable[str]) -> list[tuple[str, str]]:
    """Words of the database as the options of a list, after "any"."""
    return [("", str(gettext("Any"))), *((name, word(name)) for name in names)]


def named(things: Iterable[Any]) -> list[tuple[str, str]]:
    """Brands or creators as the options of a list, after "any"."""
    return [("", str(gettext("Any"))), *((str(thing.public_id), thing.name) for thing in things)]
