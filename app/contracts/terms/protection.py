"""Rate protection (rules.md B6), pure: what announced rates mean for one who promotes already.

A rise counts at once. A cut counts only when the span of protection has passed since it was announced: at any instant a
creator has, label by label, the best of all rates that were in force during the span before it, and since they joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LABELS = ("in_stream", "replay", "after_stream", "off_stream")
SHORTEST = timedelta(days=30)


@dataclass(frozen=True)
class Rates:
    """A commission and the rates of the four labels, in basis points; a label without one has the commission's."""

    commission: int
    in_stream: int | None = None
    replay: int | None = None
    after_stream: int | None = None
    off_stream: int | None = None

    def of(self, label: str) -> int:
        """The rate that counts for a label."""
        own: int | None = getattr(self, label)
        return self.commission if own is None else own


def span(notice_days: int) -> timedelta:
    """How long a cut has to wait: 30 days, or the contract's notice where that is longer."""
    return max(SHORTEST, timedelta(days=notice_days))


def protected(
    announced: Sequence[tuple[datetime, Rates]], *, since: datetime, now: datetime, wait: timedelta
) -> list[tuple[datetime, Rates]]:
    """The versions from `now` on, as (first instant, rates), for who joined at `since`.

    `announced` are the programme's rates with the instant of each, in order; the first has to lie at or before `now`.
    """
    cuts = [until + wait for (until, _rates) in announced[1:] if until + wait > now]
    versions: list[tuple[datetime, Rates]] = []
    for instant in sorted({now, *cuts}):
        rates = _at(announced, since, instant, wait)
        if not versions or versions[-1][1] != rates:
            versions.append((instant, rates))
    return versions


def _at(announced: Sequence[tuple[datetime, Rates]], since: datetime, instant: datetime, wait: timedelta) -> Rates:
    ends = [begins for begins, _rates in announced[1:]]
    counting = [
        rates
        for (begins, rates), ends_at in zip(announced, [*ends, None], strict=True)
        if begins <= instant and (ends_at is None or (ends_at > instant - wait and ends_at > since))
    ]
    newest = counting[-1]
    best = {label: max(rates.of(label) for rates in counting) for label in LABELS}
    commission = max(rates.commission for rates in counting)
    # a label keeps "none of its own" where that says the same
    kept = {
        label: None if getattr(newest, label) is None and best[label] == commission else best[label] for label in LABELS
    }
    return Rates(commission, **kept)
