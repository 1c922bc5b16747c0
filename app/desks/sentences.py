"""What the why page says, in the reader's language: one sentence for each rule, label, reason and outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from app.desks.candidates import Candidate
from app.desks.sale_line import Line, Verdict
from app.sales.models import REJECTIONS, Rule
from app.words import word


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def whose(name: str | None) -> str:
    """The creator's name, or that it is somebody else."""
    return name or _("another creator")


def elapsed(span: timedelta) -> str:
    """A span in days, hours and minutes, the two largest that matter: `9 days 4 hours`."""
    minutes = int(span.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(num)d day", "%(num)d days", days) if days else "",
        ngettext("%(num)d hour", "%(num)d hours", hours) if hours else "",
        ngettext("%(num)d minute", "%(num)d minutes", minutes) if minutes else "",
    ]
    return " ".join([part for part in parts if part][:2]) or _("less than a minute")


def verdict_sentence(verdict: Verdict | None, line: Line) -> str:
    """Whose the line is and by which rule, or why it is the house's (the reasons of app/sales)."""
    if verdict is None:
        return _("This line has not been settled yet: that happens by itself within moments of its arrival.")
    if verdict.hidden:
        return _("This line belongs to another creator now.")
    name = whose(verdict.creator_name)
    if verdict.rule == Rule.CHECKOUT:
        return _(
            "The checkout happened in the stream %(stream)s of %(creator)s, whose contract covered the sale.",
            stream=verdict.stream_ref,
            creator=name,
        )
    if verdict.rule == Rule.COUPON:
        return _(
            "The buyer used the code %(code)s, which belongs to %(creator)s's contract; it covered the sale.",
            code=(line.coupon or "").strip(),
            creator=name,
        )
    if verdict.rule == Rule.TOUCH:
        return _(
            "The buyer last came by a link of %(creator)s, %(elapsed)s before the sale; the window is %(days)s days.",
            creator=name,
            elapsed=elapsed(line.occurred_at - (verdict.touch_at or line.occurred_at)),
            days=verdict.window_days,
        )
    return house_sentence(verdict.reason)


def house_sentence(reason: str) -> str:
    """Why nobody earns on a line of the house."""
    if reason in REJECTIONS:
        return _("Nobody earns on it: the commission was rejected. %(reason)s.", reason=word(reason))
    return {
        "no_candidate": _("Nobody earned on it: no stream, no code and no creator's link stands beside it."),
        "unknown_stream": _("Nobody earned on it: the stream named at the checkout is not one of this brand's."),
        "no_contract": _("Nobody earned on it: the creator who led to it had no contract with the brand then."),
        "unknown_coupon": _("Nobody earned on it: the code used belongs to no contract of this brand."),
        "coupon_not_valid": _("Nobody earned on it: the code used belongs to a contract that did not cover it."),
        "window_passed": _("Nobody earned on it: the last visit by a creator's link was too long before it."),
        "not_commissionable": _("Nobody earned on it: the brand pays no commission on this product."),
        "withdrawn": _("Nobody earns on it: the file it came in was withdrawn."),
    }.get(reason, _("Nobody earned on it."))


def label_sentence(verdict: Verdict) -> str:
    """Why the line has its label (settlement.md section 4)."""
    in_stream = {
        "checkout": _("Bought in the stream's checkout while it was running."),
        "coupon": _("The code was used while the stream %(ref)s was on air.", ref=verdict.stream_ref),
        "touch": _("Bought while the stream was running, at most 30 minutes after the visit."),
    }
    off_stream = _("No stream decided this sale.")
    if verdict.rule == Rule.COUPON:
        off_stream = _("The code was used while the creator was not on air for the brand.")
    elif verdict.stream_id is not None:
        off_stream = _("The stream had not begun yet.")
    return {
        "in_stream": in_stream.get(verdict.rule or "", ""),
        "replay": _("Bought in the stream's checkout after the stream had ended: from the replay."),
        "after_stream": _("Bought outside the stream, after a visit that came from it."),
        "off_stream": off_stream,
    }.get(verdict.label or "", "")


def rate_sentence(rate_from: str | None) -> str:
    """Which of the contract's percentages the rate is."""
    return {
        "commission_percent": _("the contract's general percentage"),
        "in_stream_percent": _("the contract's percentage during a stream"),
        "replay_percent": _("the contract's percentage for replays"),
        "after_stream_percent": _("the contract's percentage after a stream"),
        "off_stream_percent": _("the contract's percentage outside streams"),
    }.get(rate_from or "", "")


def candidate_words(candidate: Candidate) -> str:
    """What spoke for the candidate: the checkout's stream, a code, or a visit with its stream."""
    if candidate.kind == Rule.CHECKOUT:
        return _("Checkout in stream %(ref)s", ref=candidate.ref) if candidate.ref else _("Checkout")
    if candidate.kind == Rule.COUPON:
        return _("Code %(ref)s", ref=candidate.ref) if candidate.ref else _("Code")
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
        "tie": _("At the very same instant; of two such visits the smaller reference wins."),
        "not_looked_at": _("Not looked at: nobody can earn on this line."),
    }.get(candidate.outcome, "")


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
