"""What the database calls things, in the reader's words: every status, label, rule and reason, and its tone.

A status or kind that has a model is a `Word` beside it and brings its label; here stands only what has none. A word
means the same wherever it stands: `tests/test_words.py` asks for each that the database may hold, and for one meaning.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from flask import Flask
from flask_babel import lazy_gettext as _

# word of the database: (what people read, tone). Tones: quiet, info, good, warn, bad. Every `Word` adds its own.
WORDS: dict[str, tuple[object, str]] = {
    # batches and payouts
    "released": (_("Released"), "quiet"),
    # how a sale was won (settlement.md sections 3 and 4)
    "house": (_("House"), "quiet"),
    # where a commission stands, and what its entries are called
    "reversal": (_("Taken back before payment"), "warn"),
    "correction": (_("Correction"), "info"),
    "redated": (_("Moved to another day"), "info"),
    "fee_back": (_("Fee given back"), "quiet"),
    # kinds of files
    "take": (_("Fee taken by the platform"), "quiet"),
    # players, and who gets the last pieces
    "youtube": ("YouTube", "quiet"),
    "twitch": ("Twitch", "quiet"),
    "tiktok": ("TikTok", "quiet"),
    "link": (_("Link"), "quiet"),
    "first_paid": (_("First paid, first served"), "quiet"),
    # sides, and what funds are reserved for
    "brand": (_("Brand"), "quiet"),
    "offer": (_("Offer"), "quiet"),
}


class Word(StrEnum):
    """A status or kind that the database holds: `PAID = "paid", _("Paid"), "good"` is the text "paid" everywhere."""

    label: object  # what people read, in their language once it is made a text
    tone: str

    def __new__(cls, value: str, label: object = "", tone: str = "quiet") -> Self:
        """A member from the database's word, the reader's and the tone; templates reach both by `|word` and `|tone`."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.tone = label, tone
        WORDS[value] = (label, tone)
        return member


def word(name: str | None) -> str:
    """The reader's word for one of the database's; a name without a word is shown as it is, spaced."""
    if not name:
        return ""
    return str(WORDS[name][0]) if name in WORDS else name.replace("_", " ")


def tone(name: str | None) -> str:
    """In which tone the word is shown: quiet, info, good, warn or bad."""
    return WORDS[name][1] if name in WORDS else "quiet"


def init_app(app: Flask) -> None:
    """Makes `|word` and `|tone` known to templates."""
    app.jinja_env.filters.update(word=word, tone=tone)
