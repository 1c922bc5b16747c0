"""Amounts as shops write them: `1,234.50`, `1.234,50`, `€ 12,50`, `12.50 EUR`, `-3.00`, `(3.00)`.

Which sign parts decimals is the writer's habit, so all amounts of a file are judged at once. Where they fit both, as
`1.234` does, nobody guesses: whoever brings the file says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

POINT, COMMA = ".", ","
CURRENCY = re.compile(r"[A-Za-z]{0,3}[$€£¥₩₫฿₱₹₺₽zł]{0,2}[A-Za-z]{0,3}\.?")
BLANKS = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}]")
NUMBER = re.compile(r"(?P<digits>[0-9](?:[0-9.,]*[0-9])?|[.,][0-9]+)")
MOST_DIGITS = 40
PLAIN = {
    POINT: re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,12})?|\.[0-9]{1,12}"),
    COMMA: re.compile(r"[0-9]{1,15}(?:,[0-9]{1,12})?|,[0-9]{1,12}"),
}
GROUPED = {
    POINT: re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,12})?"),
    COMMA: re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,12})?"),
}


def sign_of(cells: Iterable[str]) -> str:
    """What parts the decimals of these amounts; empty where none shows it, or they contradict one another."""
    shown = set[str]()
    for cell in cells:
        digits, _negative = _digits(cell)
        if not digits or digits.isdecimal():
            continue
        fitting = [sign for sign in (POINT, COMMA) if _fits(digits, sign)]
        if len(fitting) == 1:
            shown.add(fitting[0])
    return shown.pop() if len(shown) == 1 else ""


@lru_cache(maxsize=1 << 14)  # prices and rates come again and again
def amount(cell: str, sign: str) -> Decimal | None:
    """The number in a cell; None where it is none with this sign (empty: with neither is it doubtful)."""
    digits, negative = _digits(cell)
    if not digits:
        return None
    fitting = [each for each in (POINT, COMMA) if _fits(digits, each)]
    if not sign and fitting and (len(fitting) == 1 or digits.isdecimal()):
        sign = fitting[0]
    if sign not in fitting:
        return None
    number = Decimal(digits.replace(COMMA if sign == POINT else POINT, "").replace(sign, "."))
    return -number if negative else number


def _fits(digits: str, sign: str) -> bool:
    return bool(PLAIN[sign].fullmatch(digits) or GROUPED[sign].fullmatch(digits))


def _digits(cell: str) -> tuple[str, bool]:
    """Digits with points and commas, and whether they are less than nothing; empty where the cell is no amount."""
    if cell.isdecimal() and cell.isascii() and len(cell) <= MOST_DIGITS:
        return cell, False
    text = BLANKS.sub("", cell.strip()).replace("\N{MINUS SIGN}", "-")
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1], True
    match = NUMBER.search(text) if len(text) <= MOST_DIGITS else None
    if match is None:
        return "", False
    before, after = text[: match.start()], text[match.end() :]
    minus = before.count("-") + after.count("-")
    if minus > 1 or not all(CURRENCY.fullmatch(part.replace("-", "")) for part in (before, after)):
        return "", False
    return match["digits"], negative or minus == 1
