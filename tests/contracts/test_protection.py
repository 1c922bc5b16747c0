"""Rate protection: a rise at once, a cut after 30 days, and whoever joins later has the newest rates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.contracts.terms.protection import (
    LABELS,
    Rates,
    protected,
    span,
)

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=30)


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


def test_a_rise_counts_at_once() -> None:
    announced = [(day(0), Rates(1000)), (day(50), Rates(1200))]
    assert protected(announced, since=day(0), now=day(50), wait=MONTH) == [(day(50), Rates(1200))]


def test_a_cut_counts_after_thirty_days() -> None:
    announced = [(day(0), Rates(1000)), (day(50), Rates(800))]
    expected = [(day(50), Rates(1000)), (day(80), Rates(800))]
    assert protected(announced, since=day(0), now=day(50), wait=MONTH) == expected


def test_a_change_that_raises_one_label_and_cuts_another_comes_in_two_steps() -> None:
    announced = [(day(0), Rates(1000, in_stream=1500)), (day(10), Rates(1100, in_stream=1200))]
    expected = [(day(10), Rates(1100, in_stream=1500)), (day(40), Rates(1100, in_stream=1200))]
    assert protected(announced, since=day(0), now=day(10), wait=MONTH) == expected


def test_a_cut_that_is_taken_back_in_time_never_comes() -> None:
    announced = [(day(0), Rates(1000)), (day(10), Rates(500)), (day(20), Rates(1000))]
    assert protected(announced, since=day(0), now=day(20), wait=MONTH) == [(day(20), Rates(1000))]


def test_who_joins_after_a_cut_has_the_new_rates_at_once() -> None:
    announced = [(day(0), Rates(1000)), (day(10), Rates(800))]
    assert protected(announced, since=day(12), now=day(12), wait=MONTH) == [(day(12), Rates(800))]


def test_a_longer_notice_makes_a_longer_wait() -> None:
    assert span(0) == span(30) == MONTH
    assert span(45) == timedelta(days=45)


rates = st.builds(Rates, st.integers(0, 5), *(st.one_of(st.none(), st.integers(0, 5)) for _ in LABELS))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), rates), min_size=1, max_size=5),
    st.integers(0, 120),
    st.integers(0, 60),
    st.sampled_from(LABELS),
)
def test_nobody_ever_has_less_than_the_best_of_the_last_thirty_days(
    changes: list[tuple[int, Rates]], joined: int, later: int, label: str
) -> None:
    number, announced = 0, [(day(0), Rates(3))]
    for gap, change in changes:
        number += gap
        announced.append((day(number), change))
    since = day(joined)
    begun = [each for each in announced if each[0] <= since + timedelta(days=later)]
    versions = protected(begun, since=since, now=max(since, begun[-1][0]), wait=MONTH)
    for ahead in range(0, 100, 3):
        instant = max(since, begun[-1][0]) + timedelta(days=ahead)
        (in_force,) = [rates for first, rates in versions if first <= instant][-1:]
        ends = [first for first, _rates in begun[1:]] + [None]
        counting = [
            each.of(label)
            for (_first, each), end in zip(begun, ends, strict=True)
            if end is None or (end > instant - MONTH and end > since)
        ]
        assert in_force.of(label) == max(counting)
