"""The days on which banks settle euro payments."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.payouts.bank.target import easter_sunday, is_open, next_open_day

KNOWN = "2000-04-23 2008-03-23 2011-04-24 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2030-04-21 2035-03-25"
RARE = "1818-03-22 1943-04-25 2038-04-25 2285-03-22"  # the earliest and the latest there are


@pytest.mark.parametrize("day", f"{KNOWN} {RARE}".split())
def test_easter_is_when_everybody_else_has_it(day: str) -> None:
    assert easter_sunday(date.fromisoformat(day).year).isoformat() == day


def test_easter_is_always_a_sunday_of_its_five_weeks() -> None:
    for year in range(1900, 2300):
        easter = easter_sunday(year)
        assert easter.weekday() == 6
        assert date(year, 3, 22) <= easter <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 23)),  # a weekend
        (date(2026, 4, 2), date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 4, 30), date(2026, 5, 4)),  # the first of May is a Friday
        (date(2025, 12, 24), date(2025, 12, 29)),  # Christmas, Boxing Day, a weekend
        (date(2026, 12, 31), date(2027, 1, 4)),  # New Year's Day is a Friday
    ],
)
def test_the_bank_is_asked_to_pay_on_the_next_day_on_which_target_is_open(day: date, following: date) -> None:
    assert next_open_day(day) == following


def test_target_is_closed_on_weekends_and_six_holidays_only() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    closed = {day for day in days if day.weekday() < 5 and not is_open(day)}
    assert closed == {date(2026, *day) for day in ((1, 1), (4, 3), (4, 6), (5, 1), (12, 25))}  # 26 December: a Saturday
