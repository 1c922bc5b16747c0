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
    # jobs and imports
    "due": (_("Due"), "info"),
    "running": (_("Running"), "info"),
    "done": (_("Done"), "good"),
    # a sale line that no creator won
    "house": (_("House"), "quiet"),
    # where a commission stands, and what its entries are called
    "reversal": (_("Taken back before payment"), "warn"),
    "correction": (_("Correction"), "info"),
    "fee_back": (_("Fee given back"), "quiet"),
    # letters
    "waiting": (_("Waiting"), "info"),
    "sending": (_("Being sent"), "info"),
    # accounts and entries of the books
    "brand_funds": (_("Brand funds"), "quiet"),
    "creator": (_("Creator"), "quiet"),
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
    # roles
    "brand_owner": (_("Brand owner"), "quiet"),
    "brand_member": (_("Brand member"), "quiet"),
    "brand_finance": (_("Brand finance"), "quiet"),
    "agent": (_("Agent"), "quiet"),
    "finance_maker": (_("Finance, maker"), "quiet"),
    "finance_checker": (_("Finance, checker"), "quiet"),
    "admin": (_("Admin"), "quiet"),
    "auditor": (_("Auditor"), "quiet"),
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
