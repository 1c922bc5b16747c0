"""Late interest: values worked out by hand, and another way of counting that comes to the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payouts.late.interest import Rate, days_late, interest, longest_days

RATES = [Rate(date(2025, 1, 1), 315), Rate(date(2025, 7, 1), 215), Rate(date(2026, 1, 1), 215)]


@pytest.mark.parametrize(
    ("amount", "due_on", "paid_on", "cents"),
    [
        (100_000, date(2026, 3, 1), date(2026, 3, 31), 834),  # 1000.00 x 10.15 % x 30 / 365 = 8.3424...
        (100_000, date(2025, 6, 20), date(2025, 7, 10), 584),  # 10 days at 11.15 % and 10 at 10.15 %: 5.8356...
        (36_500, date(2026, 1, 31), date(2026, 2, 1), 10),  # 365.00 x 10.15 % / 365 = 0.1015
        (1_000_000, date(2025, 12, 31), date(2026, 12, 31), 101_500),  # a year: 10.15 % of 10,000.00
        (1, date(2026, 1, 1), date(2026, 12, 31), 0),
        (100_000, date(2026, 3, 1), date(2026, 3, 1), 0),  # on the day is in time
        (100_000, date(2026, 3, 1), date(2026, 2, 1), 0),
        (100_000, date(2024, 11, 1), date(2024, 12, 31), 0),  # before any rate is known
    ],
)
def test_values_worked_out_by_hand(amount: int, due_on: date, paid_on: date, cents: int) -> None:
    assert interest(amount, due_on, paid_on, RATES) == cents


def test_half_a_cent_is_rounded_up_once() -> None:
    assert interest(3650, date(2026, 1, 1), date(2026, 1, 2), [Rate(date(2026, 1, 1), 4200)]) == 5  # 5.00 exactly
    assert interest(3650, date(2026, 1, 1), date(2026, 1, 2), [Rate(date(2026, 1, 1), 3700)]) == 5  # 4.50
    assert interest(3650, date(2026, 1, 1), date(2026, 1, 2), [Rate(date(2026, 1, 1), 3699)]) == 4  # 4.499


def test_terms_of_payment_and_days() -> None:
    assert (longest_days(large=True), longest_days(large=False)) == (30, 60)
    assert days_late(date(2026, 3, 1), date(2026, 3, 2)) == 1
    assert days_late(date(2026, 3, 1), date(2026, 2, 2)) == 0


def day_by_day(amount: int, due_on: date, paid_on: date, rates: list[Rate]) -> int:
    """The oracle: one day after the other, in fractions, rounded by another library."""
    total, day = Fraction(0), due_on + timedelta(days=1)
    while day <= paid_on:
        known = [rate.bps for rate in sorted(rates) if rate.since <= day]
        if known:
            total += Fraction(amount * (known[-1] + 800), 3_650_000)
        day += timedelta(days=1)
    exact = Decimal(total.numerator) / Decimal(total.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


DAYS = st.dates(date(2024, 6, 1), date(2027, 6, 1))
HALVES = st.sampled_from([date(year, month, 1) for year in (2024, 2025, 2026, 2027) for month in (1, 7)])


@given(
    st.integers(1, 10**9),
    DAYS,
    DAYS,
    st.dictionaries(HALVES, st.integers(0, 5000)).map(lambda known: [Rate(*each) for each in known.items()]),
)
def test_another_way_of_counting_comes_to_the_same(amount: int, due: date, paid: date, rates: list[Rate]) -> None:
    assert interest(amount, due, paid, rates) == day_by_day(amount, due, paid, rates)
