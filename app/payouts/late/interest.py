"""What the law adds to money that is paid too late: simple interest by days, and a flat sum. Pure.

Directive 2011/7/EU: the European Central Bank's reference rate, as it stood on the first day of each half-year, and
eight percentage points more; by the day, a year counted as 365 days; and 40 euros. All in integer cents, rounded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

MARGIN_BPS = 800
FLAT_CENTS = 4000
YEAR_DAYS = 365
USUAL_DAYS = 30  # where a contract says nothing, and at most where a large firm pays a small one
LONGEST_DAYS = 60  # between firms, unless expressly agreed and fair


class Rate(NamedTuple):
    """The reference rate from a day on, in basis points; the next one ends it."""

    since: date
    bps: int


def longest_days(large: bool) -> int:
    """The longest term in days that a brand may agree with a creator, who works for themselves or in a small firm."""
    return USUAL_DAYS if large else LONGEST_DAYS


def days_late(due_on: date, paid_on: date) -> int:
    """The days from the one after the due day to the day of payment, both counted; 0 when it was in time."""
    return max((paid_on - due_on).days, 0)


def interest(amount: int, due_on: date, paid_on: date, rates: Sequence[Rate]) -> int:
    """The interest in cents on `amount` cents that were due on one day and paid on another, half cents up.

    Each day counts at the rate of its half-year; a half-year whose rate nobody has entered yet at the last one known.
    No rate at all is known before the first: those days earn none.
    """
    first, last = due_on + timedelta(days=1), paid_on
    if not (known := sorted(rates)):
        return 0
    ends = [following.since - timedelta(days=1) for _, following in pairwise(known)] + [date.max]
    points = 0
    for rate, end in zip(known, ends, strict=True):
        days = (min(end, last) - max(rate.since, first)).days + 1
        points += max(days, 0) * (rate.bps + MARGIN_BPS)
    whole = 10_000 * YEAR_DAYS
    return (2 * amount * points + whole) // (2 * whole)
