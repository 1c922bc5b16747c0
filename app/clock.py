"""The clock. Only doors (views, jobs, the command line) read it, once, and pass the instant on as `at`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str = "UTC", *, at: datetime | None = None) -> date:
    """The local day in `zone` at the instant `at` (default: now)."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()


def first_instant(day: date, zone: str) -> datetime:
    """The first instant of a local day, in UTC, whatever the clocks do at midnight (settlement.md section 2).

    Where midnight happens twice the day begins at the first; where it is skipped, when the clock jumps.
    """
    local = ZoneInfo(zone)

    def begun(instant: datetime) -> bool:
        return instant.astimezone(local).date() >= day

    instant = datetime.combine(day, time(), local).astimezone(UTC)
    if not begun(instant - timedelta(seconds=1)):
        return instant
    # A jump over midnight, not at it: the day began up to an hour or two before, found by halving.
    low, high = instant - timedelta(hours=3), instant
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if begun(middle) else (middle, high)
    return high.replace(microsecond=0)


def first_of_last_month(day: date) -> date:
    """The first day of the month before the one `day` is in."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def first_of_next_month(day: date) -> date:
    """The first day of the month after the one `day` is in."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
