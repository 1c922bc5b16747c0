"""What a cell of a list says but for counts (counts.py): shares; countries, languages, categories, platforms by name.
What a cell does not say is never made up: each reader returns None for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel import Locale
from babel.core import get_global

from app.catalog.taxonomy import PLATFORM, tree
from app.creators.accounts import visible
from app.creators.lists.words import PLATFORM_WORDS
from app.csvfiles.cells import COUNTRIES, LANGUAGES

READERS = ("en", "nl", "de", "fr", "es", "it", "pt", "id")  # in whose words countries and languages are known
LONGEST_NAME, LONGEST_TITLE, LONGEST_CATEGORY = 100, 200, 128
PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,4})?)\s?%")
NOTHING = frozenset(
    """
    - – — -- --- n/a n/a' n.a. n.v.t. na nan nil null none unknown onbekend unbekannt inconnu ? <na>
    #n/a #valor! #value! #waarde! #ref! #div/0! #name? #naam?
    """.split()
)

# What lists call countries and languages beside the names of the Unicode CLDR.
COUNTRY_WORDS = {
    "turkey": "TR",
    "turkije": "TR",
    "usa": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "macedonia": "MK",
    "ivory coast": "CI",
    "burma": "MM",
    "hong kong": "HK",
    "macau": "MO",
    "palestine": "PS",
    "russian federation": "RU",
    "korea, republic of": "KR",
    "republic of korea": "KR",
    "viet nam": "VN",
    "uae": "AE",
}
LANGUAGE_WORDS = {"mandarin": "zh", "filipino": "tl", "farsi": "fa", "flemish": "nl", "castilian": "es"}


def bare(cell: str) -> str:
    """Without what can't be seen, wherever it stands."""
    return visible(cell)


def says_nothing(cell: str) -> bool:
    """Whether it is one of the signs with which programs and people write that something is not known."""
    return cell.lower() in NOTHING


def share(cell: str, *, percent: bool = False) -> int | None:
    """`3.25%` and `3,25 %` as 325 basis points; a number without the sign may be anything, unless the heading says it
    (`percent`)."""
    match = PERCENT.fullmatch(cell) or (PERCENT.fullmatch(f"{cell}%") if percent else None)
    value = _whole(Decimal(match[1].replace(",", ".")) * 100) if match else None
    return value if value is not None and value <= 10_000 else None


def country(cell: str) -> str | None:
    """`Spain`, `Spanje` and `ES` as ES."""
    return cell if cell in COUNTRIES else countries().get(cell.lower())


def language(cell: str) -> str | None:
    """`Dutch`, `Nederlands` and `nl` as nl."""
    return cell if cell in LANGUAGES else languages().get(cell.lower())


def platform(cell: str) -> str | None:
    """`TikTok`, `You Tube` and `IG` as the codes of our tree."""
    bare_name = cell.replace(" ", "")
    meant = PLATFORM_WORDS.get(bare_name.lower(), bare_name)
    node = tree(PLATFORM).named(meant) or tree(PLATFORM).named(cell)
    return node.code if node and node.depth else None


@cache
def countries() -> dict[str, str]:
    """Names of countries in the languages of READERS and codes of three letters, lower case, and their codes."""
    three = {
        str(three).lower(): codes[0] for three, codes in get_global("territory_aliases").items() if len(three) == 3
    }
    three = {three: code for three, code in three.items() if code in COUNTRIES and three.isalpha()}
    return three | _names("territories", COUNTRIES) | COUNTRY_WORDS


@cache
def languages() -> dict[str, str]:
    """Names of languages in the languages of READERS, lower case, and their codes."""
    return _names("languages", LANGUAGES) | LANGUAGE_WORDS


def _names(kind: str, codes: Iterable[str]) -> dict[str, str]:
    """The codes by their names in READERS; a name that means another code to an earlier reader means that one."""
    named = [getattr(Locale(reader), kind) for reader in reversed(READERS)]
    return {str(names[code]).lower(): code for names in named for code in codes if code in names}


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))
