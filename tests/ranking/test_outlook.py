"""What is expected as a distribution, against drawing it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ranking.outlook import NOTHING, Distribution, Outlook, total

KNOWN = Outlook(shape=12.0, hours=4.0, value=2_500.0, variation=0.8)
OUTLOOKS = st.builds(
    Outlook,
    shape=st.floats(0.05, 500),
    hours=st.floats(0.05, 500),
    value=st.floats(1, 1e6),
    variation=st.floats(0, 5),
    widening=st.floats(0.3, 5),
    unevenness=st.floats(0, 5),
)


def drawn(outlook: Outlook, hours: float, count: int = 60_000) -> np.ndarray:
    """Net sales of `hours` hours, so many times."""
    draw = np.random.default_rng(3)
    rates = draw.gamma(outlook.shape, 1 / outlook.hours, count)
    if outlook.unevenness:
        rates *= draw.gamma(hours / outlook.unevenness, outlook.unevenness / hours, count)
    orders = draw.poisson(rates * hours)
    shape = 1 / outlook.variation**2
    return draw.gamma(np.maximum(orders, 1) * shape, outlook.value / shape) * (orders > 0)


@pytest.mark.parametrize("hours", [0.25, 1.0, 10.0])
@pytest.mark.parametrize(
    "outlook", [KNOWN, replace(KNOWN, shape=0.6, hours=2.0), replace(KNOWN, shape=200, hours=80, unevenness=0.5)]
)
def test_mean_deviation_and_quantiles_are_those_of_drawing_it(outlook: Outlook, hours: float) -> None:
    sold, found = drawn(outlook, hours), outlook.over(hours)
    assert found.mean == pytest.approx(sold.mean(), rel=0.05)
    assert found.deviation == pytest.approx(sold.std(), rel=0.06)
    assert found.nothing == pytest.approx((sold == 0).mean(), abs=0.01)
    for q in (0.1, 0.5, 0.9):
        assert (sold < found.quantile(q)).mean() == pytest.approx(
            max(q, found.nothing) if q > found.nothing else 0, abs=0.05
        )
    assert found.below(found.mean) == pytest.approx((sold < found.mean).mean(), abs=0.05)


def test_who_is_proven_has_a_lower_end_above_zero_and_who_is_not_may_sell_nothing() -> None:
    proven, untried = Outlook(200, 50, 3_000, 1), Outlook(0.3, 1, 3_000, 1)
    assert proven.over(1).quantile(0.1) > 0
    assert untried.over(1).quantile(0.1) == 0
    assert untried.over(1).below(1) == pytest.approx(untried.over(1).nothing, abs=0.02)


@given(outlook=OUTLOOKS, hours=st.floats(0.1, 200))
def test_a_distribution_is_one(outlook: Outlook, hours: float) -> None:
    found = outlook.over(hours)
    assert found.mean == pytest.approx(outlook.an_hour() * hours)
    assert 0 <= found.nothing <= 1
    ends = [found.quantile(q) for q in (0.05, 0.1, 0.5, 0.9, 0.95)]
    assert ends == sorted(ends)
    assert ends[0] >= 0
    chances = [found.below(amount) for amount in (0.0, found.mean / 2, found.mean, found.mean * 3)]
    assert chances == sorted(chances)
    assert chances[0] == 0
    assert all(0 <= each <= 1 for each in chances)


@given(outlook=OUTLOOKS, wider=st.floats(1.05, 3))
def test_widening_widens_and_uneven_streams_scatter(outlook: Outlook, wider: float) -> None:
    before = outlook.over(4)
    after = replace(outlook, widening=outlook.widening * wider).over(4)
    assert after.deviation > before.deviation
    assert after.nothing >= before.nothing - 1e-9
    assert after.mean == before.mean
    uneven = replace(outlook, unevenness=outlook.unevenness + wider).over(4)
    assert uneven.deviation > before.deviation


def test_sums_shares_and_nothing() -> None:
    parts = [KNOWN.over(2), KNOWN.over(3)]
    whole = total(parts)
    assert whole.mean == pytest.approx(KNOWN.an_hour() * 5)
    assert whole.deviation == pytest.approx(np.hypot(parts[0].deviation, parts[1].deviation))
    assert whole.nothing == pytest.approx(parts[0].nothing * parts[1].nothing)
    assert total([]).quantile(0.9) == 0
    tenth = whole.times(0.1)
    assert tenth.quantile(0.5) == pytest.approx(whole.quantile(0.5) / 10)
    assert whole.times(0) == NOTHING
    assert replace(KNOWN, value=0).over(5) == NOTHING
    assert (NOTHING.quantile(0.9), NOTHING.below(0), NOTHING.below(1)) == (0, 0, 1)
    sure = Distribution(100, 0)
    assert (sure.quantile(0.1), sure.below(100), sure.below(101)) == (100, 0, 1)
