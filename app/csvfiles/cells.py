"""What a cell may say (spec/formats.md, "Rules for every file"): one Cell for each kind of value.

The pattern decides: a cell that fits it can always be cast by PostgreSQL, so nothing behind it has to fear a bad value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from itertools import groupby
from typing import LiteralString

from babel import Locale

from app.money import CURRENCIES


@dataclass(frozen=True)
class Cell:
    """A kind of value: the pattern of what is allowed, and the rule in words for a cell that breaks it.

    `type` is the column's type in the staging table, `written` the SQL that makes the cell's text of such a value.
    The owner's own `words` may say anything, so they are escaped on their way out; their `quick` pattern fits those
    that need no escape. `names` somebody or something: a number that a spreadsheet has shortened is no name.
    """

    pattern: str
    rule: str
    type: LiteralString = "text"
    written: LiteralString = "({})::text"
    words: bool = False
    quick: str = ""
    names: bool = False

    @cached_property
    def fits(self) -> re.Pattern[str]:
        """The whole cell, unescaped."""
        return re.compile(self.pattern, re.DOTALL)

    def is_damaged(self, cell: str) -> bool:
        """Whether the cell, or a part of it, is what a spreadsheet leaves of a long number or a formula."""
        return self.names and any(DAMAGED.fullmatch(part) for part in (cell, *cell.split("|")))


# What a spreadsheet leaves of a long number (4.50E+15: many orders become one) and of a formula that has failed.
_DAMAGED = r"(?:[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}|#{3,}|#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!))"
DAMAGED = re.compile(_DAMAGED)
# Look ahead to the end of the cell, in a row as COPY has it; in a list no part may be damaged.
_WHOLE = rf"(?!{_DAMAGED}(?:\t|\Z))"
_ALL_WHOLE = rf"(?!(?:[^\t|]*\|)*{_DAMAGED}(?:\t|\||\Z))"


def one_of(words: Iterable[str]) -> str:
    """A pattern of exactly these words, tried by their first letter."""
    groups = groupby(sorted(words), key=lambda word: word[0])
    parts = (f"{first}(?:{'|'.join(re.escape(word[1:]) for word in group)})" for first, group in groups)
    return f"(?:{'|'.join(parts)})"


def several(pattern: str) -> str:
    """A pattern of one or more, separated by `|`."""
    return rf"{pattern}(?:\|{pattern})*"


def words(quick: str, pattern: str, rule: str) -> Cell:
    """A Cell of somebody's own words."""
    return Cell(pattern, rule, words=True, quick=f"(?!'){quick}")


def names(cell: Cell, whole: str = _WHOLE) -> Cell:
    """The Cell of words for what names somebody or something."""
    return replace(cell, pattern=whole + cell.pattern, quick=whole + cell.quick, names=True)


def _of_two_letters(codes: Iterable[object]) -> frozenset[str]:
    return frozenset(str(code) for code in codes if len(str(code)) == 2)


_en = Locale("en")
NOT_ISO_3166 = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())
COUNTRIES = _of_two_letters(_en.territories) - NOT_ISO_3166
LANGUAGES = _of_two_letters(_en.languages) | {"tl"}  # CLDR says fil
TIMEZONES = frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())

_PRINTED = r"[^\x00-\x1f\x7f-\x9f]"
_PRINTED_QUICK = r"[^\x00-\x1f\x7f-\x9f\\]"
_ELEMENT = r"[^\x00-\x1f\x7f-\x9f|]{1,128}"
_ELEMENT_QUICK = r"[^\x00-\x1f\x7f-\x9f\\|]{1,128}"
_DAY = (
    r"(?!0000|0001-01-01|9999)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])"
_PERCENT = r"(?:100(?:\.0{1,2})?|[0-9]{1,2}(?:\.[0-9]{1,2})?)"
_COUNTRY = one_of(COUNTRIES)

# What would break the line it stands in: control characters, and Unicode's own line and paragraph separator.
BREAKING = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
NAME = words(
    rf"(?=.*\S)[^{BREAKING}\\]+",
    rf"(?=.*\S)[^{BREAKING}]+",
    "write a name on one line, without tabs, line breaks and the like",
)
TEXT = words(r"[^\t\r\n\\]+", r".+", "write something here")
CODE = names(TEXT)
REFERENCE = names(
    words(
        _PRINTED_QUICK + "{1,128}",
        _PRINTED + "{1,128}",
        "write 1 to 128 characters, without tabs, line breaks and the like",
    )
)
REFERENCES = names(
    words(several(_ELEMENT_QUICK), several(_ELEMENT), "write one or more, separated by |, each of 1 to 128 characters"),
    _ALL_WHOLE,
)
AMOUNT = Cell(
    r"[0-9]{1,20}(?:\.[0-9]{1,12})?",
    "write an amount like 12.50: digits 0-9 and a point, no sign, no thousands mark, no exponent",
    "numeric",
)
PERCENT = Cell(
    _PERCENT, "write a percentage from 0 to 100 with at most two decimals, like 7.25", "numeric", "trim_scale({})::text"
)
QUANTITY = Cell(r"10000000|[1-9][0-9]{0,6}", "write a whole number from 1 to 10000000", "int")
COUNT = Cell(r"[0-9]{1,15}", "write a whole number, 0 or more", "bigint")
INSTANT = Cell(
    f"{_DAY}T{_TIME}{_OFFSET}",
    "write an instant like 2010-03-28T09:30:00+01:00 or 2010-03-28T08:30:00Z, of a day that exists, before year 9999",
    "timestamptz",
    "rtrim(rtrim(to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), '0'), '.') || '+00:00'",
)
DAY = Cell(_DAY, "write a day that exists like 2010-03-28, before the year 9999", "date", "to_char({}, 'YYYY-MM-DD')")
YES_NO = Cell("yes|no", "write yes or no", "boolean", "case when {} then 'yes' else 'no' end")
CURRENCY = Cell(one_of(CURRENCIES), "write a currency of ISO 4217, like EUR")
COUNTRY = Cell(_COUNTRY, "write a country of ISO 3166-1 in two capitals, like NL")
SPOKEN = Cell(several(one_of(LANGUAGES)), "write languages of ISO 639-1 separated by |, like nl|en")
TIMEZONE = Cell(one_of(TIMEZONES), "write an IANA time zone, like Europe/Amsterdam")
AUDIENCE = Cell(
    r"(?![^\t]*\b(?P<twice>[A-Z]{2}):[^\t]*\|(?P=twice):)" + several(f"{_COUNTRY}:{_PERCENT}"),
    "write countries with their percentages, each country once, like NL:62.5|BE:20",
    "jsonb",
    "(select string_agg(key || ':' || trim_scale(value::numeric / 100), '|'"
    ' order by value::int desc, key collate "C") from jsonb_each_text({}))',
)
VISITOR = names(Cell(r".+", "write something here", written="'hmac:' || {}", words=True, quick=r"(?!')[^\t\r\n\\]+"))


def whole(low: int, high: int, rule: str) -> Cell:
    """A whole number of a small range."""
    numbers = "|".join(str(number) for number in range(high, low - 1, -1))
    return Cell(numbers, rule, "int")


# What a spreadsheet takes for the beginning of a formula, full-width signs too: Excel folds them where it runs in
# Chinese, Japanese or Korean. Written so that Python and PostgreSQL read the same pattern.
FORMULA_PATTERN = r"'*[-=+@\t\r\uFF0D\uFF1D\uFF0B\uFF20]"
FORMULA = re.compile(FORMULA_PATTERN)


def guarded(cell: str) -> str:
    """The cell with a `'` in front where a spreadsheet would take it for a formula."""
    return "'" + cell if FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell) else cell
