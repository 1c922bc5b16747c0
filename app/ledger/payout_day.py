"""When the next payout batches are assembled: the day of the month in the settings, or the month's last; and a brand's
own days where it has them. A brand with a day of the month of its own is left out on the platform's; one that is paid
weekly has its weekday besides."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app import clock
from app.ledger.models import PayoutSchedule, Rhythm
from config import Config

OWN_MINUTE = 30  # past the hour of the settings: brands' own days come after the platform's


def next_assembly(config: Config, at: datetime, own: PayoutSchedule | None = None) -> datetime:
    """The instant at which the timetable assembles the next batches: that day of the month, or its last; of a brand
    with days of its `own`, the first that takes its money."""
    hour, zone = config.payout_hour, config.platform_timezone
    if own is None:
        return _next_monthly(config.payout_day, time(hour), zone, at)
    if own.every == Rhythm.MONTH:
        return _next_monthly(own.day, time(hour, OWN_MINUTE), zone, at)
    weekly = _next_weekly(own.day, time(hour, OWN_MINUTE), zone, at)
    return min(weekly, _next_monthly(config.payout_day, time(hour), zone, at))


def next_payout_day(config: Config, at: datetime, own: PayoutSchedule | None = None) -> date:
    """The day of the next assembly, by the platform's calendar."""
    return clock.today(config.platform_timezone, at=next_assembly(config, at, own))


def latest_day(own: PayoutSchedule, today: date) -> date:
    """The last of the brand's own days, `today` included."""
    if own.every == Rhythm.WEEK:
        return today - timedelta(days=(today.isoweekday() - own.day) % 7)
    day = day_of_month(today, own.day)
    return day if day <= today else day_of_month(today.replace(day=1) - timedelta(days=1), own.day)


def first_own_day_after(own: PayoutSchedule, day: date) -> date:
    """The first of the brand's own days after `day`."""
    if own.every == Rhythm.WEEK:
        return day + timedelta(days=(own.day - day.isoweekday() - 1) % 7 + 1)
    found = day_of_month(day, own.day)
    return found if found > day else day_of_month(clock.first_of_next_month(day), own.day)


def day_of_month(month: date, day: int) -> date:
    """That day of the month in which `month` lies, or the month's last."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def _next_monthly(day: int, hour: time, zone: str, at: datetime) -> datetime:
    first = at.astimezone(ZoneInfo(zone)).date().replace(day=1)
    while True:
        instant = datetime.combine(day_of_month(first, day), hour, ZoneInfo(zone)).astimezone(UTC)
        if instant > at:
            return instant
        first = clock.first_of_next_month(first)


def _next_weekly(weekday: int, hour: time, zone: str, at: datetime) -> datetime:
    today = at.astimezone(ZoneInfo(zone)).date()
    day = today + timedelta(days=(weekday - today.isoweekday()) % 7)
    instant = datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
    return instant if instant > at else datetime.combine(day + timedelta(days=7), hour, ZoneInfo(zone)).astimezone(UTC)
