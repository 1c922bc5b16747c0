"""Why a sale line is whose it is, in the reader's language: one sentence for each rule, label, reason and rate."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import gettext, ngettext

from app.sales.models import REJECTIONS, Rule
from app.words import word


class _Line(Protocol):
    """What is told of the sale line."""

    @property
    def occurred_at(self) -> datetime: ...
    @property
    def coupon(self) -> str | None: ...


class _Verdict(Protocol):
    """What is told of the decision on it; `hidden` where it is another creator's."""

    @property
    def hidden(self) -> bool: ...
    @property
    def rule(self) -> str | None: ...
    @property
    def label(self) -> str | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def creator_name(self) -> str | None: ...
    @property
    def stream_id(self) -> int | None: ...
    @property
    def stream_ref(self) -> str | None: ...
    @property
    def touch_at(self) -> datetime | None: ...
    @property
    def link_code(self) -> str | None: ...
    @property
    def evidence(self) -> str | None: ...
    @property
    def window_days(self) -> int | None: ...


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


def verdict_sentence(verdict: _Verdict | None, line: _Line) -> str:
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
    if verdict.rule == Rule.RULED:
        return _("The platform decided in a dispute that %(creator)s earns on this sale.", creator=name)
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
        "ruled_out": _("Nobody earns on it: that was decided in a dispute."),
    }.get(reason, _("Nobody earned on it."))


def evidence_sentence(verdict: _Verdict) -> str:
    """Who has seen the visit; empty where it stood in a file."""
    if verdict.evidence is not None:
        return _("Recorded by the shop, not by us: %(evidence)s", evidence=verdict.evidence)
    return _("We have seen the click ourselves.") if verdict.link_code else ""


def label_sentence(verdict: _Verdict) -> str:
    """Why the line has its label (settlement.md section 4)."""
    in_stream = {
        "checkout": _("Bought in the stream's checkout while it was running."),
        "coupon": _("The code was used while the stream %(ref)s was on air.", ref=verdict.stream_ref),
        "touch": _("Bought while the stream was running, at most 30 minutes after the visit."),
    }
    if verdict.rule == Rule.RULED:
        return _("The rate was chosen in the decision of the dispute.")
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
