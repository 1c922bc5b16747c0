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
    "pending": (_("Pending"), "info"),
    "payable": (_("Payable"), "good"),
    # how a sale was won (settlement.md sections 3 and 4)
    "checkout": (_("Checkout in the stream"), "good"),
    "coupon": (_("Coupon code"), "good"),
    "touch": (_("Link or visit"), "good"),
    "house": (_("House"), "quiet"),
    "in_stream": (_("During the stream"), "info"),
    "replay": (_("Replay"), "info"),
    "after_stream": (_("After the stream"), "info"),
    "off_stream": (_("Outside a stream"), "info"),
    "no_candidate": (_("Nobody brought this buyer"), "quiet"),
    "window_passed": (_("The window had passed"), "quiet"),
    "no_contract": (_("No contract covered it"), "quiet"),
    "not_commissionable": (_("Product earns no commission"), "quiet"),
    "unknown_stream": (_("Unknown stream"), "quiet"),
    "unknown_coupon": (_("Unknown code"), "quiet"),
    "coupon_not_valid": (_("Code not valid then"), "quiet"),
    "currency_mismatch": (_("Refunded in another currency"), "warn"),
    # where a commission stands, and what its entries are called
    "in_transit": (_("In transit"), "info"),
    "nothing": (_("Nothing to pay"), "quiet"),
    "clawback": (_("Taken back after payment"), "warn"),
    "reversal": (_("Taken back before payment"), "warn"),
    "correction": (_("Correction"), "info"),
    "fee_back": (_("Fee given back"), "quiet"),
    # uploads
    "received": (_("Waiting to be read"), "info"),
    "previewing": (_("Being read"), "info"),
    "confirmed": (_("Waiting to be imported"), "info"),
    "importing": (_("Being imported"), "info"),
    "settling": (_("Being settled"), "info"),
    # kinds of files
    "brands": (_("Brands"), "quiet"),
    "creators": (_("Creators"), "quiet"),
    "channels": (_("Channels"), "quiet"),
    "creator_lists": (_("Lists of creators"), "quiet"),
    "products": (_("Products"), "quiet"),
    "contracts": (_("Contracts"), "quiet"),
    "streams": (_("Streams"), "quiet"),
    "touches": (_("Touches"), "quiet"),
    "sales": (_("Sales"), "quiet"),
    "refunds": (_("Refunds"), "quiet"),
    "take": (_("Fee taken by the platform"), "quiet"),
    # sides, and what funds are reserved for
    "brand": (_("Brand"), "quiet"),
    "offer": (_("Offer"), "quiet"),
    # monthly money
    "provisional": (_("Provisional"), "warn"),
    "final": (_("Final"), "good"),
    "above_cap": (_("Above the cap, approved"), "info"),
}


class Word(StrEnum):
    """A status or kind that the database holds: `PAID = "paid", _("Paid"), "good"` is the text "paid" everywhere."""

    label: object  # what people read, in their language once it is made a text
    tone: str

    def __new__(cls, value: str, label: object, tone: str = "quiet") -> Self:
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
