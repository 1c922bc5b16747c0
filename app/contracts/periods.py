"""From days to instants: what a contract covers, computed once and stored (settlement.md section 2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import gettext
from sqlalchemy.dialects.postgresql import Range

from app.clock import first_instant
from app.errors import BadInput

DAY = timedelta(days=1)


def period_of(first: date, last: date, zone: str) -> Range[datetime]:
    """From the first instant of the first day to, but not including, the first one after the last; BadInput for days
    that are none, like one the zone skipped."""
    begins, ends = first_instant(first, zone), first_instant(last + DAY, zone)
    if begins >= ends:
        raise BadInput(gettext("These days do not exist in that time zone, or the last lies before the first."))
    return Range(begins, ends)


def cut(period: Range[datetime], at: datetime) -> Range[datetime]:
    """The part of a period before the instant `at`."""
    return Range(period.lower, at)


def range_text(period: Range[datetime]) -> str:
    """The period as the text of a tstzrange."""
    return f"[{start_of(period)},{end_of(period)})"


def start_of(period: Range[datetime]) -> datetime:
    """Where a period begins; those of contracts all do."""
    if period.lower is None:
        raise ValueError(f"{period} has no beginning")
    return period.lower


def end_of(period: Range[datetime]) -> datetime:
    """Where a period ends; those of contracts all do."""
    if period.upper is None:
        raise ValueError(f"{period} has no end")
    return period.upper
