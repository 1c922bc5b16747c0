"""How the desks show what the product's filters have no word for: unit prices, choices, the days of a chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from flask_babel import get_locale, gettext

from app.formatting import money
from app.money import exponent
from app.words import word


def unit_price(price: Decimal, currency: str) -> str:
    """A price in major units with at least the currency's decimals, and with more where it has more: `€0.125`."""
    digits = max(exponent(currency), -int(price.normalize().as_tuple().exponent))
    space = " " if str(get_locale()) == "nl" else ""
    pattern = f"¤{space}#,##0" + ("." + "0" * digits if digits else "")
    return str(format_currency(price, currency, format=pattern, locale=get_locale(), currency_digits=False))


def options(names: Iterable[str]) -> list[tuple[str, str]]:
    """Words of the database as the options of a list, after "any"."""
    return [("", str(gettext("Any"))), *((name, word(name)) for name in names)]


def named(things: Iterable[Any]) -> list[tuple[str, str]]:
    """Brands or creators as the options of a list, after "any"."""
    return [("", str(gettext("Any"))), *((str(thing.public_id), thing.name) for thing in things)]


def chart(days: Sequence[tuple[date, int]], currency: str) -> list[tuple[str, int, str]]:
    """Days and minor units as the macro `columns` draws them."""
    locale = get_locale()
    return [(format_date(day, "d MMM", locale=locale), minor, money(minor, currency)) for day, minor in days]
