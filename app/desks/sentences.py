"""What the why page says, in the reader's language, beside app/sales/sentences.py: one sentence for each outcome."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from app.desks.lines.candidates import Candidate
from app.sales.models import Rule
from app.sales.sentences import (
    elapsed,
    evidence_sentence,
    house_sentence,
    label_sentence,
    rate_sentence,
    verdict_sentence,
    whose,
)

__all__ = [
    "candidate_words",
    "elapsed",
    "evidence_sentence",
    "house_sentence",
    "label_sentence",
    "late_sentence",
    "lost_sentence",
    "rate_sentence",
    "standing_sentence",
    "verdict_sentence",
    "whose",
]


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def candidate_words(candidate: Candidate) -> str:
    """What spoke for the candidate: the checkout's stream, a code, or a visit with its stream."""
    if candidate.kind == Rule.CHECKOUT:
        return _("Checkout in stream %(ref)s", ref=candidate.ref) if candidate.ref else _("Checkout")
    if candidate.kind == Rule.COUPON:
        return _("Code %(ref)s", ref=candidate.ref) if candidate.ref else _("Code")
    if candidate.link_code:
        shop = _("recorded by the shop")
        text = _("Visit %(ref)s by the link %(code)s", ref=candidate.ref, code=candidate.link_code)
        return text if candidate.evidence is None else f"{text} ({shop})"
    if candidate.stream_ref:
        return _("Visit %(ref)s from stream %(stream)s", ref=candidate.ref, stream=candidate.stream_ref)
    return _("Visit %(ref)s", ref=candidate.ref) if candidate.ref else _("Visit")


def lost_sentence(candidate: Candidate, sold_at: datetime) -> str:
    """Why the candidate did not earn the line (the outcomes of weighing.py)."""
    if candidate.outcome == "outside_window" and candidate.window_days:
        return _(
            "Outside the window: %(elapsed)s before the sale, %(days)s days are agreed.",
            elapsed=elapsed(sold_at - candidate.happened_at),
            days=candidate.window_days,
        )
    return {
        "unknown_stream": _("No stream of this brand has that name."),
        "foreign_stream": _("The stream belongs to another brand."),
        "no_contract": _("No contract with the brand covered the sale."),
        "unknown_coupon": _("No contract of this brand has that code."),
        "coupon_not_valid": _("The contract the code belongs to did not cover the sale."),
        "no_contract_at_touch": _("No contract with the brand covered the visit."),
        "outside_window": _("Outside the window: too long before the sale."),
        "beaten_by_checkout": _("It would have counted, but a checkout in a stream goes first."),
        "beaten_by_coupon": _("It would have counted, but a code goes before a visit."),
        "earlier_touch": _("It would have counted, but a later visit wins."),
        "ruled": _("It would have counted, but a dispute was decided otherwise."),
        "tie": _("At the very same instant; of two such visits the smaller reference wins."),
        "not_looked_at": _("Not looked at: nobody can earn on this line."),
    }.get(candidate.outcome, "")


def went_first_sentence(rule: str | None, reason: str) -> str:
    """Which rule decided a line that somebody did not win, without the name of who did."""
    return {
        "checkout": _("The checkout happened in a stream of another creator: that goes first."),
        "coupon": _("The buyer used a code of another creator: a code goes before a visit."),
        "touch": _("Another creator’s visit counted: the latest within its window wins."),
        "ruled": _("The platform decided in a dispute that another creator earns on it."),
    }.get(rule or "", house_sentence(reason))


def late_sentence(kind: str) -> str:
    """What it was that came after the decision."""
    return {
        "checkout": _("The stream named at the checkout"),
        "coupon": _("The code used"),
        "touch": _("A visit before the sale"),
        "stream": _("A stream that was on air when the code was used"),
        "contract": _("A contract that would have covered it"),
        "product": _("The product is marked as earning no commission"),
    }[kind]


def standing_sentence(standing: str) -> str:
    """Where the commission stands, in a sentence."""
    return {
        "pending": _("Earned, and held until the day it becomes payable."),
        "payable": _("Payable: “Payouts” says when it is paid, or what it waits for."),
        "on_hold": _("Held: it is paid once the hold ends without a rejection."),
        "rejected": _("Rejected: it is not paid."),
        "reversed": _("Nothing is left of it after refunds."),
        "in_transit": _("In a payout that is being approved or sent."),
        "paid": _("Paid."),
        "clawback": _("Paid, and then partly taken back: later earnings with this brand make it good."),
        "nothing": _("Nothing to pay: it earns nothing, or nothing is left of it."),
    }.get(standing, "")
