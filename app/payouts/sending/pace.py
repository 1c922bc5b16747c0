"""How fast we may ask Stripe: one row in the database gives out moments, to all workers together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.database import raw

NAME = "transfers"
LONGEST = timedelta(minutes=2)  # of waiting: a clock that was wrong once, or an odd answer, holds nobody up for longer
MARGIN = 1.03  # a little slower than the limit: moments are measured twice, here and there


def take(number: int, rate: int, *, at: datetime) -> Sequence[datetime]:
    """The next moments at which a request may be made, one for each, at most `rate` a second over all workers. The
    caller commits."""
    gap = timedelta(seconds=MARGIN / rate)
    row = raw().execute(
        "update pace set next_at = least(greatest(next_at, %s), %s) + %s where name = %s returning next_at",
        [at, at + LONGEST, gap * number, NAME],
    )
    found = row.fetchone()
    assert found is not None  # noqa: S101 - the migration has made the row
    return [found[0] - gap * (number - place) for place in range(number)]


def hold_back(wait: float, *, at: datetime) -> None:
    """Stripe has asked to slow down: nobody asks before so many seconds have passed. The caller commits."""
    raw().execute(
        "update pace set next_at = greatest(next_at, %s) where name = %s", [at + timedelta(seconds=wait), NAME]
    )
