"""Whoever is left out of the search was in no plan that is better."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans import planning, pruning
from app.plans.plan_model import Bound, Limits, Option
from app.plans.pruning import Field

calmly = settings(deadline=None, max_examples=60)


def drawn(draw: random.Random, creators: int, levels: int) -> tuple[list[Option], Limits]:
    """Creators in two markets, of whom some sell much and some ask little, and bounds of which some bind."""
    options = []
    for creator in range(creators):
        price, sold = draw.randrange(0, 40), draw.randrange(10, 200)
        for hours in range(1, levels + 1):
            cost = 5 + price * hours
            worth = round(sold * hours**0.8) - cost
            options.append(Option(0, creator, draw.choice("AB"), hours, cost, worth))
    whole = Bound(draw.choice((None, 3, 8)), draw.choice((60, 150, 400)))
    limits = Limits({0: whole}, {(0, "A"): Bound(draw.choice((None, 2)), draw.choice((None, 80)))})
    places = planning.useful(options, limits)
    return [options[place] for place in places], limits


def field(options: list[Option], limits: Limits) -> Field:
    """The options as arrays."""
    keys = sorted({key for each in options for key in limits.of(each)}, key=str)
    rows, room = [], []
    for key, bound in keys:
        of = np.array([any(key == other for other, _bound in limits.of(each)) for each in options])
        for most, use in ((bound.creators, 1), (bound.money, np.array([each.cost for each in options]))):
            if most is not None:
                rows.append(of * use)
                room.append(most)
    _names, creators = np.unique([each.creator for each in options], return_inverse=True)
    return Field(
        creators, np.array([each.expected for each in options], float), np.array(rows, float).T, np.array(room)
    )


@calmly
@given(st.randoms(use_true_random=False))
def test_the_best_plan_is_among_those_that_are_left(draw: random.Random) -> None:
    options, limits = drawn(draw, 25, 3)
    if not options:
        return
    best = planning.solve(options, limits, seconds=60)
    found = pruning.near(field(options, limits))
    kept = [options[place] for place in found.places]
    left = planning.solve(kept, limits, seconds=60)
    assert left.worth == pytest.approx(best.worth, rel=2e-4)
    assert found.worth <= best.worth + 1e-6
    assert found.bound >= best.worth - 1e-6


def test_of_very_many_only_some_are_left() -> None:
    options, limits = drawn(random.Random(5), 3_000, 3)
    found = pruning.near(field(options, limits))
    assert len(found.places) < len(options) / 10
    assert found.worth > 0.9 * found.bound


def test_of_nobody_nobody_is_left() -> None:
    nothing = np.zeros(0)
    assert len(pruning.near(Field(nothing.astype(int), nothing, np.zeros((0, 1)), np.ones(1))).places) == 0
