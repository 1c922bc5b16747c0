"""Grades of rankings and forecasts, against values worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ranking.grading import (
    Forecasted,
    expected,
    ndcg,
    tenths,
)
from tests.ranking.orders import by_chance, ranked

GAINS = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


def test_the_best_order_is_graded_one_and_the_worst_less() -> None:
    assert ndcg([3, 2, 1]) == 1
    worst = (1 + 2 / math.log2(3) + 3 / 2) / (3 + 2 / math.log2(3) + 1 / 2)
    assert ndcg([1, 2, 3]) == worst


def test_only_ten_places_count() -> None:
    assert ndcg([*[0.0] * 10, 5.0]) == 0
    assert math.isclose(ndcg([*[0.0] * 9, 5.0]) or 0, 1 / math.log2(11))


def test_where_nobody_brought_anything_there_is_no_grade() -> None:
    assert ndcg([0, -4]) is None
    assert by_chance([0, 0], seed=1) is None


@given(GAINS)
def test_no_order_is_better_than_that_of_the_gains(gains: list[float]) -> None:
    best, given_order = ndcg(ranked(gains, gains)), ndcg(gains)
    assert (best is None) == (given_order is None)
    assert best is None or given_order is None or given_order <= best + 1e-12
    assert best is None or abs(best - 1) < 1e-12


def test_equal_scores_get_no_credit_for_luck() -> None:
    assert ranked([9, 1, 5], [1, 1, 2]) == [5, 1, 9]


def test_chance_is_the_same_for_the_same_seed_and_lies_between_the_orders() -> None:
    gains = [9.0, 4.0, 1.0, 0.0]
    found = by_chance(gains, seed=3)
    assert found == by_chance(gains, seed=3)
    worst = ndcg(sorted(gains))
    assert found is not None
    assert worst is not None
    assert worst < found < 1


def test_tenths_go_from_the_lowest_forecast_to_the_highest_and_count_what_fell_within() -> None:
    forecasts = [Forecasted(low=n - 1, middle=n, high=n + 1, came=n + (2 if n % 2 else 0)) for n in range(20)]
    found = tenths(forecasts[::-1])
    assert [tenth.count for tenth in found] == [2] * 10
    assert (found[0].said, found[0].came, found[0].within) == (0.5, 1.5, 1)
    assert [tenth.said for tenth in found] == sorted(tenth.said for tenth in found)


def test_few_forecasts_make_few_groups() -> None:
    assert [tenth.count for tenth in tenths([Forecasted(0, 1, 2, 1), Forecasted(0, 2, 3, 1)])] == [1, 1]


@given(GAINS)
def test_who_cant_tell_creators_apart_gets_what_chance_gives(gains: list[float]) -> None:
    found, chance = expected(gains, [1.0] * len(gains)), by_chance(gains, seed=3)
    assert (found is None) == (chance is None)
    assert found is None or chance is None or abs(found - chance) < 0.25
    distinct = [float(nr) for nr in range(len(gains))]
    assert expected(gains, distinct) == pytest.approx(ndcg(ranked(gains, distinct)))
    assert expected(gains, gains) == pytest.approx(ndcg(ranked(gains, gains)))
