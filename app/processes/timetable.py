"""Which calendar job is for which period, and when it is due. Pure: no clock, no database, no APScheduler.

A period is a local day (`2026-11-22`) or month (`2026-11`) of the platform's zone. The unique row (job, period) decides
whether a job has run, so two schedulers, a restart or a changed hour can't make a period happen twice. A local time
that the clocks jump over is due at the jump, one that comes twice at the first.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Nightly:
    """Every local day at `hour:minute`. Of several missed nights only the latest is run."""

    hour: int
    minute: int = 0
    latest_covers = True

    def period(self, day: date) -> str:
        """The period a local day lies in."""
        return day.isoformat()

    def following(self, period: str) -> str:
        """The period after this one."""
        return (date.fromisoformat(period) + timedelta(days=1)).isoformat()

    def preceding(self, period: str) -> str:
        """The period before this one."""
        return (date.fromisoformat(period) - timedelta(days=1)).isoformat()

    def local_time(self, period: str) -> datetime:
        """When the period is due by the clock on the wall (naive)."""
        return datetime.combine(date.fromisoformat(period), time(self.hour, self.minute))


@dataclass(frozen=True)
class Monthly:
    """Every month on `day` (or its last, where it is shorter) at `hour`. Every missed month is run."""

    day: int
    hour: int
    latest_covers = False

    def period(self, day: date) -> str:
        """The period a local day lies in."""
        return f"{day:%Y-%m}"

    def following(self, period: str) -> str:
        """The period after this one."""
        return self.period(_first(period) + timedelta(days=31))

    def preceding(self, period: str) -> str:
        """The period before this one."""
        return self.period(_first(period) - timedelta(days=1))

    def local_time(self, period: str) -> datetime:
        """When the period is due by the clock on the wall (naive)."""
        first = _first(period)
        return datetime.combine(
            first.replace(day=min(self.day, monthrange(first.year, first.month)[1])), time(self.hour)
        )


Rule = Nightly | Monthly


def due_at(rule: Rule, period: str, zone: str) -> datetime:
    """The instant (UTC) from which `period` is due."""
    return first_instant_of(rule.local_time(period), zone)


def latest(rule: Rule, zone: str, at: datetime) -> str:
    """The last period that is due at the instant `at`."""
    period = rule.following(rule.period(at.astimezone(ZoneInfo(zone)).date()))
    while due_at(rule, period, zone) > at:
        period = rule.preceding(period)
    return period


def due_since(rule: Rule, zone: str, known: str, at: datetime) -> Iterator[str]:
    """The periods after `known` that are due at the instant `at`, oldest first."""
    last = latest(rule, zone, at)
    while known < last:
        known = rule.following(known)
        yield known


def first_instant_of(wall: datetime, zone: str) -> datetime:
    """The first instant (UTC) at which a clock in `zone` shows `wall` (naive) or, jumping over it, something later."""
    local = wall.replace(tzinfo=ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) == wall:
        return instant
    before, after = local.replace(fold=1).astimezone(UTC), instant  # PEP 495: the jump lies between the two readings
    while after - before > SECOND:
        middle = before + (after - before) / 2
        before, after = (before, middle) if _shows(middle, local) >= wall else (middle, after)
    return after.replace(microsecond=0)


def _shows(instant: datetime, local: datetime) -> datetime:
    return instant.astimezone(local.tzinfo).replace(tzinfo=None)


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
