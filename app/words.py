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
    "sepa": (_("SEPA file"), "quiet"),
    "list": (_("Payment list"), "quiet"),
    # why a creator is passed over in a batch
    "below_minimum": (_("Below the minimum"), "quiet"),
    "negative": (_("Negative balance"), "warn"),
    "no_bank_details": (_("No bank details"), "warn"),
    "bank_details_changed": (_("Bank details just changed"), "warn"),
    "held": (_("Held"), "warn"),
    "brand_unfunded": (_("Brand has too little funds"), "bad"),
    # top-ups and a brand's funds
    "funded": (_("Covered"), "good"),
    "partly_funded": (_("Covered for now"), "warn"),
    "unfunded": (_("Not covered"), "bad"),
    "recorded": (_("Waiting for a second person"), "warn"),
    "rejected": (_("Rejected"), "bad"),
    # imports
    "withdrawn": (_("Withdrawn"), "bad"),
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
    "previewed": (_("Ready to confirm"), "warn"),
    "confirmed": (_("Waiting to be imported"), "info"),
    "importing": (_("Being imported"), "info"),
    "settling": (_("Being settled"), "info"),
    "imported": (_("Imported"), "good"),
    "refused": (_("Refused"), "bad"),
    "discarded": (_("Discarded"), "quiet"),
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
    # accounts and entries of the books
    "brand_funds": (_("Brand funds"), "quiet"),
    "platform_revenue": (_("Platform revenue"), "quiet"),
    "payouts_in_transit": (_("Payouts in transit"), "quiet"),
    "bank": (_("Bank"), "quiet"),
    "commission": (_("Commission"), "good"),
    "fee": (_("Platform fee"), "quiet"),
    "bonus": (_("Bonus"), "good"),
    "reserve": (_("Payout reserved"), "info"),
    "settle": (_("Payout settled"), "good"),
    "release": (_("Payout released"), "warn"),
    "return": (_("Payout returned"), "bad"),
    "top_up": (_("Top-up"), "good"),
    "take": (_("Fee taken by the platform"), "quiet"),
    # offers, agreements, pauses
    "viewed": (_("Seen"), "info"),
    "countered": (_("Countered"), "info"),
    "accepted": (_("Accepted"), "good"),
    "declined": (_("Declined"), "bad"),
    "expired": (_("Expired"), "quiet"),
    "superseded": (_("Replaced by a newer one"), "quiet"),
    "brand": (_("Brand"), "quiet"),
    "offer": (_("Offer"), "quiet"),
    "contract": (_("Contract"), "quiet"),
    "amendment": (_("Amendment"), "quiet"),
    "to_sign": (_("To be signed"), "warn"),
    "signed": (_("Signed"), "good"),
    "void": (_("Void"), "quiet"),
    "notice": (_("By notice"), "quiet"),
    "cause": (_("For cause"), "warn"),
    "fraud": (_("Fraud"), "bad"),
    "breach_not_cured": (_("Breach that was not cured"), "bad"),
    "legal_duty": (_("Legal duty"), "warn"),
    "asked": (_("Asked for"), "warn"),
    "agreed": (_("Agreed"), "good"),
    # exclusivity
    "category": (_("Category"), "quiet"),
    "platform": (_("Platform"), "quiet"),
    "territory": (_("Territory"), "quiet"),
    "format": (_("Format"), "quiet"),
    "full": (_("Full exclusivity"), "warn"),
    "named_rivals": (_("Named rivals"), "info"),
    "work": (_("Work"), "info"),
    "block": (_("Exclusivity"), "warn"),
    "granted": (_("Granted"), "good"),
    "open": (_("Open"), "warn"),
    "upheld": (_("Upheld"), "bad"),
    "dismissed": (_("Dismissed"), "good"),
    "stream": (_("Stream"), "quiet"),
    "warn": (_("A warning"), "quiet"),
    "suspend_bonus": (_("Bonuses are suspended"), "warn"),
    "repay_fee": (_("The exclusivity fee is paid back"), "warn"),
    "terminate": (_("The contract is ended"), "bad"),
    "keep": (_("Keep it"), "quiet"),
    "archive": (_("Archive it"), "quiet"),
    # monthly money
    "retainer": (_("Retainer"), "good"),
    "guarantee": (_("Guarantee"), "good"),
    "threshold": (_("Threshold bonus"), "good"),
    "quota": (_("Quota bonus"), "good"),
    "exclusivity_fee": (_("Exclusivity fee"), "good"),
    "scaled": (_("In proportion"), "info"),
    "all_or_nothing": (_("All or nothing"), "warn"),
    "net_sales": (_("Net sales"), "quiet"),
    "orders": (_("Orders"), "quiet"),
    "valid_minutes": (_("Valid streaming minutes"), "quiet"),
    "valid_streams": (_("Valid streams"), "quiet"),
    "new_customers": (_("New customers"), "quiet"),
    "posts": (_("Posts"), "quiet"),
    "no_open_breach": (_("No open breach"), "quiet"),
    "refund_rate_below": (_("Refund rate below"), "quiet"),
    "month": (_("Each month"), "quiet"),
    "marginal": (_("What lies above the threshold"), "quiet"),
    "whole_period": (_("The whole period"), "quiet"),
    "next_sale": (_("From the next sale"), "quiet"),
    "fixed": (_("A fixed amount"), "quiet"),
    "claimed": (_("Claimed"), "warn"),
    "counted": (_("Counted"), "good"),
    "provisional": (_("Provisional"), "warn"),
    "final": (_("Final"), "good"),
    "above_cap": (_("Above the cap, approved"), "info"),
    # the market: figures of channels and where they come from
    "followers": (_("Followers"), "quiet"),
    "average_views": (_("Average views"), "quiet"),
    "average_live_viewers": (_("Average live viewers"), "quiet"),
    "engagement": (_("Engagement"), "quiet"),
    "audience_countries": (_("Audience by country"), "quiet"),
    "audience_languages": (_("Audience by language"), "quiet"),
    "audience_ages": (_("Audience by age"), "quiet"),
    "average_likes": (_("Average likes"), "quiet"),
    "average_comments": (_("Average comments"), "quiet"),
    "average_shares": (_("Average shares"), "quiet"),
    "peak_viewers": (_("Peak viewers"), "quiet"),
    "stream_minutes": (_("Minutes streamed"), "quiet"),
    "creator_list": (_("Creator list"), "quiet"),
    "hour": (_("An hour live"), "quiet"),
    "video": (_("A video"), "quiet"),
    "post": (_("A post"), "quiet"),
    # campaigns, applications, invitations
    "published": (_("Published"), "good"),
    "closed": (_("Closed"), "quiet"),
    "invited": (_("By invitation"), "info"),
    "applied": (_("Applied"), "info"),
    "admitted": (_("Accepted"), "good"),
    "retracted": (_("Withdrawn"), "quiet"),
    "unanswered": (_("Not answered yet"), "info"),
    "lapsed": (_("Expired"), "quiet"),
    "targeted": (_("The invitation's terms"), "quiet"),
    # samples
    "requested": (_("Requested"), "warn"),
    "shipped": (_("Shipped"), "info"),
    "delivered": (_("Delivered"), "info"),
    "fulfilled": (_("Shown"), "good"),
    "missed": (_("Not shown in time"), "bad"),
    "appealed": (_("Appealed"), "warn"),
    # scores and plans
    "own": (_("Own sales in this market"), "good"),
    "near": (_("Based on a nearby market"), "warn"),
    "none": (_("No sales yet"), "quiet"),
    "exact": (_("Solved exactly"), "good"),
    "greedy": (_("A good plan, not proven the best"), "info"),
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
