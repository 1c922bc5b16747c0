"""When the next payout batches are assembled: the day of the month in the settings, or the month's last."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app import clock
from config import Config


def next_assembly(config: Config, at: datetime) -> datetime:
    """The instant at which the timetable assembles the next batches: that day of the month, or its last."""
    zone = ZoneInfo(config.platform_timezone)
    first = at.astimezone(zone).date().replace(day=1)
    while True:
        day = first.replace(day=min(config.payout_day, monthrange(first.year, first.month)[1]))
        instant = datetime.combine(day, time(config.payout_hour), zone).astimezone(UTC)
        if instant > at:
            return instant
        first = clock.first_of_next_month(first)


def next_payout_day(config: Config, at: datetime) -> date:
    """The day of the next assembly, by the platform's calendar."""
    return clock.today(config.platform_timezone, at=next_assembly(config, at))
