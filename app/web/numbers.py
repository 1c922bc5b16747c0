"""Numbers and amounts as people type them: with the marks of their language, as the pages print them, or without."""

from __future__ import annotations

import re

from babel.numbers import get_currency_symbol, get_decimal_symbol
from flask_babel import get_locale, gettext

from app.csvfiles.cells import PERCENT
from app.errors import BadInput
from app.money import Money, exponent

SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]")
GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,'’])\d{3})(?:\1\d{3})*", re.ASCII)
SHORT = re.compile(r"(\d+)(?:[.,](\d+))?([km])", re.ASCII | re.IGNORECASE)
MARKED = re.compile(r"\d+(?:[.,]\d+)*", re.ASCII)
MOST_DIGITS = 15


def read_whole(text: str) -> int:
    """A whole number, zero or more: `5000`, `5,000`, `5.000`, `5 000` and `5k` alike; ValueError with a sentence."""
    plain = SPACES.sub("", text)
    number = None
    if GROUPED.fullmatch(plain):
        number = re.sub(r"\D", "", plain)
    elif plain.isascii() and plain.isdecimal():
        number = plain
    elif short := SHORT.fullmatch(plain):
        whole, rest, letter = short.groups()
        zeros = (3 if letter.lower() == "k" else 6) - len(rest or "")
        number = whole + (rest or "") + "0" * zeros if zeros >= 0 else None
    if number is None or len(number) > MOST_DIGITS:
        sentence = gettext("“%(text)s” is not a whole number: write it like 5000, 5,000 or 5k.", text=text[:40])
        raise ValueError(sentence)
    return int(number)


def read_amount(text: str, currency: str) -> int:
    """An amount in minor units, as the pages print it in the reader's language (`€1,250.50`, `€ 1.250,50`) or plainly;
    ValueError with a sentence.

    A mark that occurs once before one or two figures divides off the decimals in every language; before three it does
    what it does in the reader's: `1.250` is 1250 in Dutch, and one and a quarter dinar in English. Of euros, which
    have no third decimal, `1.250` in English may be meant either way and is asked about.
    """
    try:
        return Money.of(_with_a_point(text, currency), currency).minor
    except BadInput as error:
        raise ValueError(error.sentence) from None


def read_percent(text: str) -> int:
    """A percentage from 0 to 100 with at most two decimals in basis points: `7.25`, `7,25` and `7.25%` as 725;
    ValueError with a sentence."""
    plain = text.removesuffix("%").strip().replace(",", ".", 1)
    if not PERCENT.fits.fullmatch(plain):
        raise ValueError(gettext("Write a percentage from 0 to 100 with at most two decimals, like 7.25."))
    whole, _point, rest = plain.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or "0")


def written_amount(minor: int, currency: str) -> str:
    """Minor units as `read_amount` reads them in the reader's language: `1250.50`, in Dutch `1250,50`."""
    return f"{Money(minor, currency).major():f}".replace(".", _decimal_mark())


def _with_a_point(text: str, currency: str) -> str:
    """The amount with a point before its decimals and nothing between its thousands; else as it was typed."""
    plain = SPACES.sub("", text)
    for sign in (currency, get_currency_symbol(currency, get_locale())):
        plain = plain.removeprefix(sign).removesuffix(sign)
    if not MARKED.fullmatch(plain):
        return text.strip()
    marks = re.sub(r"\d", "", plain)
    last = marks[-1:]
    if not marks:
        return plain
    if len(marks) == 1 and _divides_decimals(plain, last, currency):
        return plain.replace(last, ".")
    whole, decimals = plain, ""
    if len(set(marks)) > 1:
        whole, _, decimals = plain.rpartition(last)
    if not GROUPED.fullmatch(whole):
        return text.strip()
    return re.sub(r"\D", "", whole) + (f".{decimals}" if decimals else "")


def _divides_decimals(plain: str, mark: str, currency: str) -> bool:
    """Whether the only mark stands before decimals. BadInput where it may as well stand between thousands."""
    whole, _, rest = plain.partition(mark)
    grouped, digits = GROUPED.fullmatch(plain) is not None, exponent(currency)
    if mark != _decimal_mark():
        return not grouped and len(rest) <= digits
    if grouped and set(rest[digits:]) == {"0"}:
        more, less = whole + rest, f"{whole}{mark}{rest[:digits]}" if digits else whole
        raise BadInput(
            gettext("“%(text)s” can be read in two ways: write %(more)s or %(less)s.", text=plain, more=more, less=less)
        )
    return True


def _decimal_mark() -> str:
    return str(get_decimal_symbol(get_locale() or "en"))
