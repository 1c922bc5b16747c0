"""Where a local day begins, whatever the clocks do at midnight (settlement.md section 2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.clock import first_instant, today


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        ("2026-03-29", "Europe/Amsterdam", "2026-03-28T23:00"),
        ("2026-03-30", "Europe/Amsterdam", "2026-03-29T22:00"),  # the day before had 23 hours
        ("2026-10-26", "Europe/Amsterdam", "2026-10-25T23:00"),  # the day before had 25
        ("2024-09-08", "America/Santiago", "2024-09-08T04:00"),  # no midnight: the clock jumps to 01:00
        ("2024-11-03", "America/Havana", "2024-11-03T04:00"),  # midnight twice: the first
        ("2023-04-28", "Africa/Cairo", "2023-04-27T22:00"),  # no midnight
    ],
)
def test_a_day_begins_at_its_first_instant(day: str, zone: str, begins: str) -> None:
    assert first_instant(date.fromisoformat(day), zone) == utc(begins)


@pytest.mark.parametrize("zone", ["America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"])
def test_days_follow_each_other_without_gap_or_overlap(zone: str) -> None:
    local = ZoneInfo(zone)
    day = date(1990, 1, 1)
    while day < date(2027, 1, 1):
        begins = first_instant(day, zone)
        assert begins.astimezone(local).date() == day
        assert (begins - timedelta(microseconds=1)).astimezone(local).date() == day - timedelta(days=1)
        day += timedelta(days=1)


def test_today_is_the_local_day() -> None:
    assert today("Asia/Tokyo", at=utc("2026-11-22T15:00")) == date(2026, 11, 23)
    assert today(at=utc("2026-11-22T23:59")) == date(2026, 11, 22)
