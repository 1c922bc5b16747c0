"""The calendar against a plain reading of the wall clock, through days of 23 and 25 hours and days that never were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.processes.timetable import (
    Monthly,
    Nightly,
    Rule,
    due_at,
    due_since,
    first_instant_of,
    latest,
)

YEARS = [
    ("UTC", 2026),
    ("Europe/Amsterdam", 2026),
    ("Europe/London", 2027),
    ("America/New_York", 2026),
    ("America/Santiago", 2026),  # jumps over midnight
    ("America/Havana", 2026),  # midnight comes twice
    ("Australia/Lord_Howe", 2026),  # half an hour
    ("Africa/Cairo", 2026),
    ("Asia/Kathmandu", 2026),
    ("Pacific/Apia", 2011),  # 30 December never was
    ("Pacific/Kiritimati", 1994),  # nor was 31 December
]
RULES: list[Rule] = [
    Nightly(4, 15),
    Nightly(2, 30),
    Nightly(0, 0),
    Nightly(23, 30),
    Monthly(15, 6),
    Monthly(31, 0),
    Monthly(29, 2),
]
STEP = timedelta(minutes=15)  # every clock change there was since 1990 is a multiple of it


def wall(text: str) -> datetime:
    """What a clock on a wall shows: without a zone."""
    return datetime.fromisoformat(text)


def brute_force(rule: Rule, zone: str, start: datetime, end: datetime) -> dict[str, datetime]:
    """The first quarter of an hour at which the clock on the wall shows the period's time or later."""
    found: dict[str, datetime] = {}
    local = ZoneInfo(zone)
    open_periods = _periods(rule, (start - timedelta(days=2)).date(), (end + timedelta(days=40)).date())
    waiting = sorted((rule.local_time(period), period) for period in open_periods)
    instant = start
    while instant < end:
        shown = instant.astimezone(local).replace(tzinfo=None)
        while waiting and shown >= waiting[0][0]:
            found[waiting.pop(0)[1]] = instant
        instant += STEP
    return found


def _periods(rule: Rule, first: date, last: date) -> list[str]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return list(dict.fromkeys(day.isoformat() if isinstance(rule, Nightly) else day.isoformat()[:7] for day in days))


@pytest.mark.parametrize(("zone", "year"), YEARS)
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_every_period_of_a_year_is_due_when_the_wall_clock_first_shows_its_time(
    rule: Rule, zone: str, year: int
) -> None:
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 5, tzinfo=UTC)
    plain = brute_force(rule, zone, start, end)
    expected = {period: at for period, at in plain.items() if at > start}
    assert len(expected) >= (12 if isinstance(rule, Monthly) else 365)
    assert {period: due_at(rule, period, zone) for period in expected} == expected
    known = min(plain)
    assert list(due_since(rule, zone, known, end - STEP)) == [period for period in sorted(plain) if period > known]


@given(
    rule=st.sampled_from(RULES),
    where=st.sampled_from(YEARS),
    at=st.datetimes(wall("1990-01-01"), wall("2030-01-01"), timezones=st.just(UTC)),
)
def test_the_latest_period_is_due_and_the_next_one_is_not(rule: Rule, where: tuple[str, int], at: datetime) -> None:
    period = latest(rule, where[0], at)
    assert due_at(rule, period, where[0]) <= at < due_at(rule, rule.following(period), where[0])
    assert rule.preceding(rule.following(period)) == period


def test_a_time_that_is_jumped_over_is_due_at_the_jump() -> None:
    jump = first_instant_of(wall("2026-03-29 02:30"), "Europe/Amsterdam")
    assert jump == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_that_comes_twice_is_due_at_the_first() -> None:
    first = first_instant_of(wall("2026-10-25 02:30"), "Europe/Amsterdam")
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_the_month_does_not_have_is_its_last() -> None:
    assert Monthly(31, 6).local_time("2026-02") == wall("2026-02-28 06:00")
    assert Monthly(31, 6).local_time("2028-02") == wall("2028-02-29 06:00")


def test_a_changed_payout_day_makes_no_month_happen_twice_or_never() -> None:
    earlier, later = Monthly(10, 6), Monthly(20, 6)
    at = datetime(2026, 11, 15, 12, tzinfo=UTC)
    assert list(due_since(earlier, "UTC", "2026-10", at)) == ["2026-11"]
    assert list(due_since(later, "UTC", "2026-11", at)) == []
    assert list(due_since(later, "UTC", "2026-11", datetime(2026, 12, 20, 6, tzinfo=UTC))) == ["2026-12"]
