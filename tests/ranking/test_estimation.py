"""The model against drawn markets whose truth is known: it ranks better than what was seen, learns what matters and
drops what does not, and its ranges hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.ranking import calibration
from app.ranking.estimation import Estimates, Exposures, Features, apply, estimate, learn
from app.ranking.statistics import credibility, prior
from app.ranking.statistics.credibility import Nest, Strengths

NAMES = ("viewers", "followers", "engagement")
MONTHS = 15


def world(
    seed: int, *, powers: tuple[float, float, float] = (0.6, 0.3, 0.0), hours: float = 12, shown: float = 0.7
) -> tuple[Exposures, Features, np.ndarray]:
    """300 creators in one or two of three categories and two markets; the true orders of an hour, by feature row."""
    draw = np.random.default_rng(seed)
    known = draw.normal(size=(300, 3))
    usual = draw.normal(size=(3, 2)) * 0.5
    cells, rates, rows = [], [], []
    for who in range(300):
        own = known[who] @ powers + draw.normal() * 0.6
        streams = draw.random() < shown
        for category in draw.choice(3, draw.integers(1, 3), replace=False).tolist():
            there, live = own + draw.normal() * 0.3, draw.gamma(0.8, hours / 0.8) * streams
            months = draw.dirichlet(np.ones(MONTHS) * 0.7) * live
            for market in range(2):
                rate = np.exp(usual[category, market] + there + draw.normal() * 0.2)
                cells.append((who, category, market))
                rates.append(rate)
                for month, time in enumerate(months.tolist()):
                    values = draw.gamma(1.5, 3_000, draw.poisson(rate * time))
                    gross, squares = values.sum(), (values**2).sum()
                    rows.append((who, category, market, 0, month, time, len(values), gross, gross * 0.9, squares))
    columns = np.array(rows).T
    whole = [each.astype(np.int64) for each in columns[:5]]
    found = Exposures(whole[0], whole[1], whole[2], whole[3], whole[4], *(columns[nr] for nr in range(5, 10)))
    who, category, market = np.array(cells).T
    return found, Features(who, category, market, known[who], NAMES), np.array(rates)


def likeness(scores: np.ndarray, truth: np.ndarray, of: np.ndarray) -> float:
    """How alike two orders are, over the rows."""
    return float(np.corrcoef(scores[of].argsort().argsort(), truth[of].argsort().argsort())[0, 1])


def raw_rates(exposures: Exposures, found: Estimates) -> np.ndarray:
    return np.where(found.hours > 0, found.orders / np.maximum(found.hours, 1e-9), 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_expected_is_nearer_to_the_truth_than_what_was_seen(seed: int) -> None:
    exposures, features, truth = world(seed)
    found = estimate(exposures, features)
    assert np.array_equal(found.creator, features.creator)
    seen, unseen = found.hours > 0, found.hours == 0
    rate = found.net()
    assert likeness(rate, truth, seen) > likeness(raw_rates(exposures, found), truth, seen)
    assert likeness(rate, truth, np.full(len(truth), True)) > 0.85
    assert likeness(found.prior, truth, unseen) > 0.4, "who never streamed is not alike"
    assert (found.own[unseen] == 0).sum() > 0
    assert (found.own[seen] > 0).all()
    coefficients = {each.name: each for each in found.model.orders.coefficients}
    assert coefficients["viewers"].value == pytest.approx(0.6, abs=0.2)
    assert coefficients["viewers"].error < 0.15
    mean = found.model.means[0, 0, 0]
    assert mean.returned == pytest.approx(0.1)
    assert mean.variation == pytest.approx(1.5**-0.5, rel=0.1)
    assert found.value.mean() == pytest.approx(1, abs=0.05)
    assert found.value.std() < 0.1, "all orders are worth the same"


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_what_is_worthless_falls_to_nothing(seed: int) -> None:
    found = estimate(*world(seed, powers=(0.0, 0.0, 0.0))[:2])
    for each in found.model.orders.coefficients:
        assert abs(each.value) <= 0.1, each
    assert found.prior.std() < 0.2


def test_who_streamed_for_long_and_sold_nothing_stands_below_average_and_never_at_nothing() -> None:
    exposures, features, _truth = world(6)
    nobody = exposures.creator == exposures.creator[exposures.hours.argmax()]
    silent = {name: np.where(nobody, 0, getattr(exposures, name)) for name in ("orders", "gross", "net", "squares")}
    found = estimate(replace(exposures, **silent), features)
    row = np.flatnonzero(found.creator == exposures.creator[nobody][0])
    best = row[found.hours[row].argmax()]
    assert 0 < found.index[best] < 0.5 * found.prior[best]
    outlook = found.outlook(int(best))
    assert outlook is not None
    assert outlook.over(1).nothing > 0.3


def test_more_orders_never_lower_what_is_expected_and_more_hours_never_raise_it() -> None:
    exposures, features, _truth = world(7)
    model = learn(exposures, features)
    before = apply(model, exposures, features)
    who = int(features.creator[before.hours.argmax()])
    theirs = exposures.creator == who
    more = apply(model, replace(exposures, orders=exposures.orders * np.where(theirs, 1.5, 1)), features)
    longer = apply(model, replace(exposures, hours=exposures.hours * np.where(theirs, 1.5, 1)), features)
    of = before.creator == who
    assert (more.index[of] >= before.index[of]).all()
    assert (longer.index[of] <= before.index[of]).all()
    assert np.array_equal(more.index[~of], before.index[~of])


def test_some_creators_come_out_as_among_all() -> None:
    exposures, features, _truth = world(8)
    model = learn(exposures, features)
    everybody = apply(model, exposures, features)
    some = features.creator < 20
    few = apply(
        model,
        exposures.only(exposures.creator < 20),
        Features(features.creator[some], features.category[some], features.market[some], features.known[some], NAMES),
    )
    assert few.index == pytest.approx(everybody.index[some])
    assert few.shape == pytest.approx(everybody.shape[some])


@pytest.mark.parametrize("seed", [1, 2])
def test_ranges_hold_what_they_say_in_months_that_were_not_looked_at(seed: int) -> None:
    exposures, features, _truth = world(seed, shown=1.0)
    bands = calibration.bands(exposures.only(exposures.period < 12), features, [6, 9])
    widening = {each.hours: each.widening for each in bands}
    outcomes = calibration.foreseen(exposures, features, 12)
    inside, zero = 0, 0
    for one in outcomes:
        expected = replace(one.outlook, widening=widening[calibration.band_of(one.seen)]).over(one.hours)
        low, high = expected.quantile(calibration.LOW), expected.quantile(calibration.HIGH)
        inside += low <= one.came <= high
        zero += low == 0 and one.outlook.orders_an_hour * one.hours > 10
    assert 0.74 <= inside / len(outcomes) <= 0.87
    assert zero / len(outcomes) < 0.1


def test_with_little_to_look_at_nothing_is_widened_and_nothing_learnt() -> None:
    exposures, features, _truth = world(9)
    few = exposures.only(exposures.creator < 4)
    bands = calibration.bands(few, features, [6])
    assert {each.widening for each in bands} == {1.0}
    assert all(each.value == 0 for each in learn(few, features).orders.coefficients)
    nothing = estimate(exposures.only(exposures.creator < 0), features)
    assert (nothing.index == 1).all()
    assert nothing.outlook(0) is None


def test_strengths_are_found_and_one_giant_does_not_make_everybody_unlike() -> None:
    draw = np.random.default_rng(1)
    creator = np.repeat(np.arange(2_000), 4)
    category = np.tile([0, 0, 1, 1], 2_000)
    truth = (
        draw.gamma(2, 0.5, 2_000)[creator]
        * draw.gamma(5, 0.2, (2_000, 2))[creator, category]
        * draw.gamma(10, 0.1, 8_000)
    )
    ratio, noise = draw.poisson(truth * 5) / 5, np.full(8_000, 0.2)
    found = credibility.strengths(Nest.of(creator, category), ratio, noise)
    assert found.creators == pytest.approx(0.5, abs=0.15)
    assert found.whole == pytest.approx(1.5 * 1.2 * 1.1 - 1, abs=0.3)
    ratio[0] = 5_000
    assert credibility.strengths(Nest.of(creator, category), ratio, noise).whole <= credibility.MOST


def test_small_counts_are_shrunk_as_by_a_gamma_distribution() -> None:
    """One level: (a + seen) / (a + expected)."""
    by = Strengths(1e-9, 1e-9, 0.5)
    nest = Nest.of(np.arange(3), np.zeros(3, np.int64))
    seen, usual = np.array([0.0, 3.0, 30.0]), np.array([4.0, 4.0, 4.0])
    found = credibility.shrink(nest, seen / usual, 1 / usual, np.zeros(3), by)
    assert found.ratio == pytest.approx((2 + seen) / (2 + usual))
    assert 1 / found.unsure == pytest.approx(2 + seen), "the shape of the posterior"


def test_coefficients_within_chance_are_none_and_far_beyond_it_stay() -> None:
    value = prior.shrunk(np.array([0.5, 0.05]), np.diag([0.01, 0.01]))
    assert value[0] == pytest.approx(0.5, abs=0.05)
    assert value[1] == 0
