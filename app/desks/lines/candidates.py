"""Why a candidate for a sale line lost. Pure: what was known when the line was decided comes in, outcomes go out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.sales.models import Reason, Rule

RULES = tuple(Rule)
CLOSED = (Reason.NOT_COMMISSIONABLE, Reason.WITHDRAWN)  # reasons for which nobody is looked at


@dataclass(frozen=True)
class Winner:
    """What the decision names: its rule (none for the house), contract and touch, and its reason."""

    rule: str | None
    reason: str
    contract_id: int | None
    touch_id: int | None


@dataclass(frozen=True)
class Candidate:
    """A stream, code or touch that spoke for a creator, with the contract that covered it as known at the decision.

    `happened_at` is the touch's instant, else the sale's. `late` means recorded after the decision. `contract_id` is
    None where no contract was known to cover it; `late_contract_ref` then names one that was recorded since.
    """

    kind: str
    ref: str | None
    happened_at: datetime
    recorded_at: datetime | None = None
    late: bool = False
    touch_id: int | None = None
    link_code: str | None = None
    evidence: str | None = None  # of the visit, where only the shop has seen it
    stream_ref: str | None = None
    creator_id: int | None = None
    creator_uuid: UUID | None = None
    creator_name: str | None = None
    own_brand: bool = True
    contract_id: int | None = None
    contract_ref: str | None = None
    window_days: int | None = None
    late_contract_ref: str | None = None
    late_contract_at: datetime | None = None
    outcome: str = ""


def weigh(candidates: Sequence[Candidate], winner: Winner, sold_at: datetime) -> list[Candidate]:
    """The candidates in the order in which the rules look at them, each with its outcome:

    `won`; for the checkout `unknown_stream`, `foreign_stream`, `no_contract`; for the code `unknown_coupon`,
    `coupon_not_valid`; for a touch `no_contract_at_touch`, `outside_window`, `earlier_touch`, `tie`; for those that
    would have held `beaten_by_checkout`, `beaten_by_coupon`, `ruled` (decided in a dispute); `not_looked_at` where the
    line could not be anybody's;
    `too_late` for what was recorded after the decision, or was not yet visible to it.
    """
    best = next((c for c in candidates if c.kind == Rule.TOUCH and c.touch_id == winner.touch_id), None)
    return [replace(candidate, outcome=_outcome(candidate, winner, best, sold_at)) for candidate in candidates]


def _outcome(candidate: Candidate, winner: Winner, best: Candidate | None, sold_at: datetime) -> str:
    if candidate.late:
        return "too_late"
    if winner.reason in CLOSED:
        return "not_looked_at"
    if candidate.kind == winner.rule and _named(candidate, winner):
        return "won"
    fault = _fault(candidate, sold_at)
    if fault:
        return fault
    if Reason.RULED in (winner.rule, winner.reason) or winner.reason == Reason.RULED_OUT:
        return "ruled"
    if winner.rule is None or RULES.index(candidate.kind) < RULES.index(winner.rule):
        return "too_late"  # it would have won: its file was still being read when the line was decided
    if candidate.kind != winner.rule:
        return f"beaten_by_{winner.rule}"
    if best is None or _ahead(candidate, best):
        return "too_late"
    return "tie" if candidate.happened_at == best.happened_at else "earlier_touch"


def _ahead(candidate: Candidate, best: Candidate) -> bool:
    """The latest touch wins; of equal instants the smallest reference in byte order."""
    if candidate.happened_at != best.happened_at:
        return candidate.happened_at > best.happened_at
    return (candidate.ref or "").encode() < (best.ref or "").encode()


def _named(candidate: Candidate, winner: Winner) -> bool:
    if winner.rule == Rule.TOUCH:
        return candidate.touch_id == winner.touch_id
    return candidate.contract_id == winner.contract_id


def _fault(candidate: Candidate, sold_at: datetime) -> str:
    """What keeps the candidate from earning by its own rule; empty when nothing does."""
    if candidate.kind == Rule.CHECKOUT:
        if candidate.creator_id is None:
            return "unknown_stream"
        if not candidate.own_brand:
            return "foreign_stream"
        return "" if candidate.contract_id else "no_contract"
    if candidate.kind == Rule.COUPON:
        if candidate.creator_id is None:
            return "unknown_coupon"
        return "" if candidate.contract_id else "coupon_not_valid"
    if candidate.contract_id is None or candidate.window_days is None:
        return "no_contract_at_touch"
    return "" if sold_at - candidate.happened_at <= timedelta(days=candidate.window_days) else "outside_window"
