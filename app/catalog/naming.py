"""Countries, languages and platforms in the reader's words."""

from __future__ import annotations

from babel import Locale
from flask_babel import get_locale, gettext

from app.catalog.taxonomy import PLATFORM, tree

UNKNOWN = ("", "ZZ")  # the country of a creator of whom nobody has said it


def country(code: str) -> str:
    """`NL` as `Netherlands`; what nobody has said is "not known"."""
    return str(gettext("not known")) if code in UNKNOWN else str(_locale().territories.get(code, code))


def language(code: str) -> str:
    """`nl` as `Dutch`."""
    return str(_locale().languages.get(code, code))


def _locale() -> Locale:
    return get_locale() or Locale("en")


def platform(code: str) -> str:
    """`tiktok` as `TikTok`; one that the tree does not have as it is written."""
    word = tree(PLATFORM).by_code.get(code)
    return word.name if word else code
