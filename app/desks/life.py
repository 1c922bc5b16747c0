"""The life of a line's commission, step by step: what was booked, paid, and done about it, with who, when and why.

Worked out of entries and payouts, which nobody can change, and of the events of people and rules (rules.md B1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby

from app.desks.lines.sale_line import Booked
from app.desks.why import Story
from app.sales.commissions.models import CommissionEvent, EventKind

TAKEN_BACK = ("reversal", "clawback")


@dataclass(frozen=True)
class Step:
    """One change: its word, who did it (empty: settlement, a rule or the day), why, and the commission around it."""

    at: datetime
    word: str
    creator: str
    currency: str
    before: int
    after: int
    who: str = ""
    why: str = ""
    reason: str | None = None
    available_on: date | None = None  # where it was moved


def life(story: Story, events: Sequence[CommissionEvent], *, today: date) -> list[Step]:
    """All of it as the story's reader may see it, the oldest first; `today` (UTC) tells what is payable by its day."""
    seen = [each for each in events if story.viewer.may_see(each.creator_id)]
    names = {each.creator_id: each.creator_name or "" for each in story.entries if each.creator_id}
    steps = [_of_event(each, names.get(each.creator_id, "")) for each in seen]
    commissions = [each for each in story.entries if each.kind == "commission"]
    for creator_id in names:
        theirs = [each for each in commissions if each.creator_id == creator_id]
        steps += _booked(theirs, {each.at for each in seen}, story) + _paid(theirs)
    return sorted(steps + _approved(story, steps, today), key=lambda step: step.at)


def _of_event(event: CommissionEvent, creator: str) -> Step:
    moved = event.available_after if event.available_after != event.available_before else None
    return Step(
        event.at, event.kind, creator, event.currency, event.amount_before, event.amount_after, event.by_name or "",
        event.note, event.reason, moved,
    )  # fmt: skip


def _booked(entries: list[Booked], known: set[datetime], story: Story) -> list[Step]:
    """What settlement and corrections booked, run by run; what an event tells is told there."""
    steps, total = [], 0
    for at, run in groupby(entries, key=lambda entry: entry.recorded_at):
        booked = list(run)
        before, total = total, total + sum(each.signed for each in booked)
        if before == total or at in known:
            continue
        decided = next((each for each in story.verdicts if each.decided_at == at and each.decided_by), None)
        first = booked[-1]
        who, why = (decided.decided_by or "", decided.note or "") if decided else ("", "")
        name = first.creator_name or ""
        reason = story.line.cancelled_as if first.word in TAKEN_BACK and not decided else None
        steps.append(Step(at, first.word, name, first.currency, before, total, who, why, reason))
    return steps


def _paid(entries: list[Booked]) -> list[Step]:
    """The live payouts its entries stand in: when they were put into a batch, and when they were paid."""
    steps = []
    total = sum(each.signed for each in entries)
    payouts = {each.payout_uuid: each for each in entries if each.payout_uuid}
    for each in payouts.values():
        if each.reserved_at:
            steps.append(Step(each.reserved_at, "in_transit", each.creator_name or "", each.currency, total, total))
        if each.paid and each.payout_at:
            steps.append(Step(each.payout_at, "paid", each.creator_name or "", each.currency, total, total))
    return steps


def _approved(story: Story, steps: list[Step], today: date) -> list[Step]:
    """The day on which it became payable by itself."""
    verdict, net = story.verdict, story.sums.net_commission
    if verdict is None or verdict.available_on is None or verdict.available_on > today or not net or not steps:
        return []
    if any(step.word == EventKind.APPROVED_EARLY for step in steps):
        return []
    at = datetime.combine(verdict.available_on, time(), UTC)
    name, currency = verdict.creator_name or "", story.line.currency
    return [Step(at, "payable", name, currency, net, net)]
